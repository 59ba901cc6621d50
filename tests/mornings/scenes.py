"""What had happened before each morning, and what happens meanwhile while the operator follows its page."""

from tests.mornings.company import CONFIGURATION, Company


def joiner_without_a_number(ours: Company) -> None:
    ours.joins("adele", officeLocation="Park Ln")
    ours.joins("nestor", city="Bath", officeLocation="Home")
    ours.syncs()


def the_office_is_corrected(ours: Company) -> None:
    ours.control.change(ours.ids["adele"], officeLocation="Park Lane")


def leaver(ours: Company) -> None:
    for name in ("adele", "nestor", "lidia"):
        ours.joins(name)
        ours.syncs()
    for name in ("adele", "nestor", "lidia"):
        ours.control.delete(ours.ids[name])
    ours.syncs()


def a_day_passes(ours: Company) -> None:
    ours.days_pass(1.1)


def returner(ours: Company) -> None:
    ours.joins("adele")
    ours.syncs()
    ours.control.unlicense(ours.ids["adele"])
    ours.syncs()
    ours.days_pass(1.1)


def the_licence_is_back(ours: Company) -> None:
    ours.control.license(ours.ids["adele"], "SPE_E5")


def mass_import(ours: Company) -> None:
    ours.configured(CONFIGURATION.replace("mode: full", "mode: full\nlimits: {assign: 8}"))
    rows = "first,last,range\n+442079460100,+442079460109,London Park Lane\n"
    (ours.operator.folder / "new.csv").write_text(rows, encoding="utf-8")
    ours.many(12)


def range_full(ours: Company) -> None:
    ours.configured(CONFIGURATION.replace("+442079460019", "+442079460003"))
    ours.done(
        "number", "reserve", "contoso", "+442079460003", "--purpose", "Conference room", "--reason", "planned"
    )
    for _ in range(6):
        ours.many(1)
        ours.syncs()


def limit_held(ours: Company) -> None:
    ours.many(14)
    ours.syncs()
    for name in list(ours.ids)[:12]:
        ours.control.delete(ours.ids[name])
    ours.syncs()
    ours.days_pass(1.1, code=4)


def microsoft_down(ours: Company) -> None:
    ours.joins("adele")
    ours.syncs()
    ours.joins("nestor")
    ours.control.faults(unavailable=1.0)


def microsoft_is_back(ours: Company) -> None:
    ours.control.clear_faults()


def changed_in_teams(ours: Company) -> None:
    for name in ("adele", "lidia", "grady"):
        ours.joins(name)
        ours.syncs()
    ours.joins("nestor", city="Bath", officeLocation="Home")
    ours.days_pass(0.5)
    ours.control.unassign_out_of_band("+442079460000")
    ours.control.assign_out_of_band("+442079460007", ours.ids["nestor"])
    ours.control.unassign_out_of_band("+442079460001")
    ours.control.unassign_out_of_band("+442079460002")
    ours.control.assign_out_of_band("+442079460001", ours.ids["grady"])


def wrong_number(ours: Company) -> None:
    for name in ("adele", "nestor", "lidia"):
        ours.joins(name)
        ours.syncs()


def office_move(ours: Company) -> None:
    for name in ("adele", "nestor", "lidia"):
        ours.joins(name)
        ours.syncs()
    for name in ("adele", "nestor", "lidia"):
        ours.control.change(ours.ids[name], city="Leeds", officeLocation="Wellington Place")
    rows = "person\nnestor@contoso.example\nlidia@contoso.example\n"
    (ours.operator.folder / "moved.csv").write_text(rows, encoding="utf-8")
