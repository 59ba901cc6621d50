"""The addresses of the pages. A tenant's pages stand below its name."""

from django.urls import URLPattern, URLResolver, include, path

from numberline.portal import addresses
from numberline.portal.account import account, sessions
from numberline.portal.account_link import account_link
from numberline.portal.actions_urls import ACTIONS
from numberline.portal.activity import activity, entry, export
from numberline.portal.bulk import numbers_bulk
from numberline.portal.choices import people_choices, person_numbers, person_partners
from numberline.portal.export import numbers_export, people_export, plan_export
from numberline.portal.first_steps import first_steps
from numberline.portal.health import health, ready
from numberline.portal.home import home
from numberline.portal.importing import import_confirm, import_numbers, import_preview
from numberline.portal.installation import account_of, accounts
from numberline.portal.notified import notified
from numberline.portal.number import number
from numberline.portal.numbers import numbers
from numberline.portal.overview import overview
from numberline.portal.people import people
from numberline.portal.person import person
from numberline.portal.plan import plan, plan_apply, plan_make, plan_refuse
from numberline.portal.range_edit import range_edit, range_new, range_remove
from numberline.portal.range_page import range_cells, range_page
from numberline.portal.ranges import ranges
from numberline.portal.rule_editor import rule_answer, rule_convert, rule_everybody, rule_values
from numberline.portal.rules_check import rules_check
from numberline.portal.runs import run, runs
from numberline.portal.search import search
from numberline.portal.settings import settings
from numberline.portal.settings_alerts import settings_alerts, settings_alerts_test
from numberline.portal.settings_audit import settings_audit
from numberline.portal.settings_change import settings_change
from numberline.portal.settings_mode import settings_mode
from numberline.portal.settings_policies import settings_policies
from numberline.portal.settings_rename import settings_rename
from numberline.portal.settings_retire import settings_retire
from numberline.portal.tasks import task, task_withdraw
from numberline.portal.team import team, team_member
from numberline.portal.tenant_check import tenant_check
from numberline.portal.tenant_credential import settings_credential
from numberline.portal.tenant_steps import tenant_steps
from numberline.portal.worklist import worklist, worklist_assign, worklist_snooze, worklist_wake

addresses.register()

IN_TENANT: list[URLPattern | URLResolver] = [
    path("", overview, name="overview"),
    path("activity/", activity, name="activity"),
    path("activity/entries/<int:seq>/", entry, name="entry"),
    path("activity/export/<str:form>/", export, name="activity_export"),
    path("activity/runs/", runs, name="runs"),
    path("activity/runs/<int:key>/", run, name="run"),
    path("tasks/<int:key>/", task, name="task"),
    path("tasks/<int:key>/withdraw/", task_withdraw, name="task_withdraw"),
    path("plan/", plan, name="plan"),
    path("plan/make/", plan_make, name="plan_make"),
    path("plan/<str:name>/", plan, name="plan_named"),
    path("plan/<str:name>/export/", plan_export, name="plan_export"),
    path("plan/<str:name>/apply/", plan_apply, name="plan_apply"),
    path("plan/<str:name>/refuse/", plan_refuse, name="plan_refuse"),
    path("numbers/bulk/", numbers_bulk, name="numbers_bulk"),
    path("numbers/import/", import_numbers, name="import_numbers"),
    path("numbers/import/<int:upload>/", import_preview, name="import_preview"),
    path("numbers/import/<int:upload>/confirm/", import_confirm, name="import_confirm"),
    path("worklist/", worklist, name="worklist"),
    path("worklist/<int:item>/assign/", worklist_assign, name="worklist_assign"),
    path("worklist/<int:item>/put-off/", worklist_snooze, name="worklist_snooze"),
    path("worklist/<int:item>/take-back/", worklist_wake, name="worklist_wake"),
    path("search/", search, name="search"),
    path("people/", people, name="people"),
    path("people/export/", people_export, name="people_export"),
    path("people/choices/", people_choices, name="people_choices"),
    path("people/<str:object_id>/free-numbers/", person_numbers, name="person_numbers"),
    path("people/<str:object_id>/partners/", person_partners, name="person_partners"),
    path("numbers/", numbers, name="numbers"),
    path("numbers/export/", numbers_export, name="numbers_export"),
    path("first-steps/", tenant_steps, name="tenant_steps"),
    path("settings/", settings, name="settings"),
    path("settings/name/", settings_rename, name="settings_rename"),
    path("settings/retire/", settings_retire, name="settings_retire"),
    path("settings/mode/", settings_mode, name="settings_mode"),
    path("settings/change/<str:section>/", settings_change, name="settings_change"),
    path("settings/credential/", settings_credential, name="settings_credential"),
    path("settings/alerts/", settings_alerts, name="settings_alerts"),
    path("settings/alerts/test/", settings_alerts_test, name="settings_alerts_test"),
    path("settings/profiles/", settings_policies, name="settings_policies"),
    path("settings/audit/", settings_audit, name="settings_audit"),
    path("settings/check/", tenant_check, name="tenant_check"),
    path("settings/team/", team, name="team"),
    path("settings/team/<int:grant_id>/", team_member, name="team_member"),
    path("ranges/", ranges, name="ranges"),
    path("new-range/", range_new, name="range_new"),
    path("ranges/<range_name:name>/", range_page, name="range"),
    path("ranges/<range_name:name>/cells/", range_cells, name="range_cells"),
    path("ranges/<range_name:name>/change/", range_edit, name="range_edit"),
    path("ranges/<range_name:name>/remove/", range_remove, name="range_remove"),
    path("rules/", rules_check, name="rules_check"),
    path("rules/answer/", rule_answer, name="rule_answer"),
    path("rules/answer/<int:key>/", rule_everybody, name="rule_everybody"),
    path("rules/convert/", rule_convert, name="rule_convert"),
    path("rules/values/", rule_values, name="rule_values"),
    # Last of those below people/ and numbers/: they take whatever else is written there.
    *ACTIONS,
    path("people/<str:object_id>/", person, name="person"),
    path("numbers/<str:text>/", number, name="number"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("healthz", health, name="healthz"),
    path("readyz", ready, name="readyz"),
    path("notifications/graph", notified, name="notified"),
    path("account/", account, name="account"),
    path("account/sessions/", sessions, name="account_sessions"),
    path("account/link/<str:token>/", account_link, name="account_link"),
    path("installation/accounts/", accounts, name="accounts"),
    path("installation/accounts/<int:account_id>/", account_of, name="account_of"),
    path("first-steps/", first_steps, name="first_steps"),
    path("t/<str:tenant>/", include(IN_TENANT)),
]
