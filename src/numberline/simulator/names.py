"""Words for made-up people."""

_GIVEN = (
    "Ada Alan Amira Anna Arthur Aylin Ben Carla Charlotte Clara Daniel David Elena Emil Emma Eva Felix Fiona Frank"
    " Grace Hannah Hugo Ian Ida Isla Jack James Jonas Julia Karim Kate Lars Laura Leo Lena Liam Lucy Maria Max Maya"
    " Mila Nadia Noah Nora Oliver Olivia Omar Oscar Paul Petra Priya Ruth Sam Sara Sofia Theo Tom Uma Victor Yusuf"
)
_SURNAMES = (
    "Abbott Ahmed Archer Baker Barnes Becker Bell Bennett Brandt Brooks Carter Chapman Clarke Cole Davies Dietrich"
    " Doyle Ellis Evans Fischer Fletcher Foster Fuchs Gibson Graham Gray Haas Hall Harper Hayes Hoffmann Hughes Hunt"
    " Jansen Jenkins Kaur Keller Khan Klein Knight Koch Lang Lewis Lopez Martin Mason Meyer Mills Morgan Müller"
    " Murphy Neumann Nguyen Owen Palmer Patel Pearson Price Quinn Reed Richter Rossi Schäfer Shaw Simon Singh Stone"
    " Taylor Turner Vogel Wagner Walsh Ward Weber Wells Wolf Wood Young Zimmermann"
)
GIVEN, SURNAMES = _GIVEN.split(), _SURNAMES.split()
TITLES = (
    "Account Manager", "Analyst", "Assistant", "Buyer", "Consultant", "Controller", "Designer", "Director", "Engineer",
    "Lawyer", "Manager", "Planner", "Researcher", "Service Agent", "Team Lead",
)  # fmt: skip
COUNTRIES = {"GB": "United Kingdom", "US": "United States", "DE": "Germany"}
LANGUAGES = {"GB": "en-GB", "US": "en-US", "DE": "de-DE"}
COST_CENTRES = [
    {
        "extensionAttribute1": f"CC-{number:03d}",
        "extensionAttribute3": "UK-Voice" if number % 7 == 0 else None,
    }
    for number in range(1, 121)
]
PLAIN = str.maketrans({"ü": "ue", "ä": "ae", "ö": "oe", "ß": "ss"})
