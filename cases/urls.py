"""Addresses of cases."""

from django.urls import path

from cases.views import intake, lists, notes, papers, people, record, tasks

app_name = "cases"
urlpatterns = [
    path("", lists.cases, name="list"),
    path("home/", lists.home, name="home"),
    path("new/", intake.new, name="new"),
    path("drafts/<int:pk>/", intake.new, name="draft"),
    path("person/", people.find, name="find_person"),
    path("<str:number>/", record.detail, name="detail"),
    path("<str:number>/step/", record.step, name="step"),
    path("<str:number>/officer/", record.give, name="assign"),
    path("<str:number>/persons/", people.persons, name="persons"),
    path("<str:number>/persons/<int:pk>/remove/", people.remove, name="remove_person"),
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
