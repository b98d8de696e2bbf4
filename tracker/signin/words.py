"""Words out of which nobody may build a password here: the offices, their work and their names, as people type them.

Chinese, its pinyin, English, and the keys pressed for the Chinese words on a Zhuyin keyboard. All in lower case.
"""

OFFICE_WORDS = (
    "外交部", "法務部", "外交", "法務", "臺灣", "台灣", "中華民國", "司法互助", "刑事", "民事", "條約法律司", "條約",
    "國際及兩岸法律司", "兩岸", "檢察署", "檢察官", "檢察", "調查局", "調查", "引渡", "受刑人", "移交", "協定", "協議",
    "案件", "承辦人", "承辦", "督導", "主管", "審計部", "審計", "管理員", "系統", "密碼", "總統", "行政院", "立法院",
    "waijiaobu", "waijiao", "fawubu", "fawu", "taiwan", "zhonghuaminguo", "sifahuzhu", "sifa", "huzhu", "xingshi",
    "minshi", "tiaoyuefalusi", "tiaoyue", "liangan", "jianchashu", "jianchaguan", "jiancha", "diaochaju", "diaocha",
    "yindu", "shouxingren", "yijiao", "xieding", "xieyi", "anjian", "chengbanren", "chengban", "dudao", "zhuguan",
    "shenjibu", "shenji", "guanliyuan", "xitong", "mima", "zongtong", "xingzhengyuan", "lifayuan", "taibei", "taipei",
    "mofa", "moj", "ministry", "foreign", "affairs", "justice", "treaty", "mutual", "legal", "assistance",
    "extradition", "agreement", "tracker", "supervisor", "officer", "auditor", "administrator", "admin", "password",
    "passphrase", "passw0rd", "p@ssw0rd", "p@ssword", "welcome", "letmein", "changeme", "secret", "qwertyuiop",
    "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "abcdefgh", "abcdef", "iloveyou",
    "j94rul1j4", "z83j41j4", "au4a83", "ji32k7au4a83", "1qaz2wsx", "qazwsx", "1234567890", "0987654321", "12345", "54321",
)  # fmt: skip
"""Among the last are 外交部, 法務部, 密碼 and 我的密碼 by their Zhuyin keys."""
