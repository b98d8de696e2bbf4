"""Addresses of cases."""

from django.urls import path

from cases.views import intake, lists, notes, papers, people, promises, record, tasks
from cases.views.letters import drafting as letterdrafts
from cases.views.letters import logbook as letterlog
from cases.views.letters import pages as letterpages
from cases.views.letters import sending as lettersending

app_name = "cases"
urlpatterns = [
    path("", lists.cases, name="list"),
    path("home/", lists.home, name="home"),
    path("new/", intake.new, name="new"),
    path("drafts/<int:pk>/", intake.new, name="draft"),
    path("person/", people.find, name="find_person"),
    path("letters/", letterpages.waiting, name="letters_waiting"),
    path("letters/<int:pk>/", letterpages.letter, name="letter"),
    path("letters/<int:pk>/act/", letterpages.act, name="letter_act"),
    path("letters/<int:pk>/edit/", letterdrafts.edit, name="letter_edit"),
    path("letters/<int:pk>/send/", lettersending.send, name="letter_send"),
    path("letters/<int:pk>/meaning/", letterlog.meaning, name="letter_meaning"),
    path("letters/<int:pk>/paper/<slug:form>/", letterpages.paper, name="letter_paper"),
    path("promises/", promises.register, name="promise_register"),
    path("promises/export/", promises.export, name="export_promises"),
    path("<str:number>/", record.detail, name="detail"),
    path("<str:number>/letters/", letterpages.letters, name="letters"),
    path("<str:number>/letters/new/", letterdrafts.new, name="letter_new"),
    path("<str:number>/letters/in/", letterlog.log, {"way": "in"}, name="letter_in"),
    path("<str:number>/letters/out/", letterlog.log, {"way": "out"}, name="letter_out"),
    path("<str:number>/step/", record.step, name="step"),
    path("<str:number>/officer/", record.give, name="assign"),
    path("<str:number>/persons/", people.persons, name="persons"),
    path("<str:number>/persons/<int:pk>/remove/", people.remove, name="remove_person"),
    path("<str:number>/promises/", promises.promises, name="promises"),
    path("<str:number>/promises/<int:pk>/", promises.promise, name="promise"),
    path("<str:number>/history/", record.history, name="history"),
    path("<str:number>/basis/", record.basis, name="basis"),
    path("<str:number>/documents/", papers.documents, name="documents"),
    path("<str:number>/work/", notes.work, name="work"),
    path("<str:number>/work/note/", notes.note, name="note"),
    path("<str:number>/work/notes/<int:pk>/withdraw/", notes.withdraw, name="withdraw_note"),
    path("<str:number>/work/task/", tasks.add, name="add_task"),
    path("<str:number>/work/tick/", tasks.tick, name="tick"),
    path("<str:number>/work/tasks/<int:pk>/", tasks.change, name="task"),
    path("<str:number>/work/tasks/<int:pk>/undo/", tasks.undo, name="undo_task"),
]
