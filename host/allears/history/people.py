"""The cast of the example history: six made-up agents of one made-up team."""

from dataclasses import dataclass

TEAM = "Harbour"
SITE = "Example site"
PROFILE = "service"


@dataclass(frozen=True)
class Person:
    """Habits of one agent; rates per minute of the customer's talk unless said."""

    pseudonym: str
    share: float  # agent's part of all speech, 0-1
    talk_overs_per_10_min: float
    acknowledgements_per_min: float
    response_s: float  # median response gap
    pace: float  # how busy: 1 is the team's load
    improving: float  # change of talk-overs over the whole history, as a factor at its end
    start_h: float  # local hour at which the shift begins


PEOPLE = (
    Person("Heron", 0.54, 2.6, 2.1, 0.42, 1.00, 0.45, 8.5),
    Person("Plover", 0.46, 1.2, 3.0, 0.55, 0.97, 1.00, 8.0),
    Person("Curlew", 0.58, 2.1, 1.4, 0.35, 1.05, 1.05, 9.0),
    Person("Dunlin", 0.44, 0.9, 2.6, 0.61, 0.93, 0.95, 8.5),
    Person("Avocet", 0.51, 1.6, 1.9, 0.48, 1.08, 1.00, 10.0),
    Person("Turnstone", 0.49, 1.9, 2.3, 0.50, 0.99, 0.80, 9.5),
)
# The agent whose clip the demo plays; the others make a group large enough for a team report.
PLAYED = PEOPLE[0].pseudonym
