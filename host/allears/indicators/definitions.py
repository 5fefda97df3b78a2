"""Every indicator's definition: the one place that reports and docs/indicators.md take their words from."""

from allears.indicators.result import Definition

_DESIGN = "conversation rules of the clip (docs/conversation.md)"
_BREAKS = "micro-breaks: Albulescu et al. 2022, doi 10.1371/journal.pone.0272460"
_GAPS = "floor-transfer offsets: Levinson and Torreira 2015, doi 10.3389/fpsyg.2015.00731"

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "talk-share", "Talk share", "%",
        "agent's speech / (agent's speech + customer's speech); joint speech counts for both",
        "60 s of speech", f"live rule of the clip, {_DESIGN}",
    ),
    Definition(
        "talk-share-union", "Talk share of the conversation", "%",
        "agent's speech / time from the first to the last word of either side",
        "60 s of conversation", "Amazon Connect Contact Lens, conversation analytics",
    ),
    Definition(
        "talk-over-rate", "Talk-overs", "per 10 min of customer talk",
        "talk-overs / customer's speech x 10 min, with the exact Poisson interval (95 %)",
        "30 min of customer talk", "classes of the clip; Garwood 1936 for the interval",
    ),
    Definition(
        "acknowledgement-rate", "Acknowledgements", "per min of customer talk",
        "acknowledgements / customer's speech in minutes, with the exact Poisson interval (95 %)",
        "10 min of customer talk",
        "Voice Activity Projection (vap/events) for the class; Garwood 1936 for the interval",
    ),
    Definition(
        "dead-air", "Dead air", "silences",
        "joint silences of 6 s or more inside a call that are not hold; their seconds stand beside the count",
        "1 call", _DESIGN,
    ),
    Definition(
        "dead-air-rate", "Dead air, how often", "silences per h in calls",
        "joint silences of 6 s or more inside a call that are not hold / hours in calls, with the exact Poisson "
        "interval (95 %)",
        "30 min in calls", _DESIGN,
    ),
    Definition(
        "longest-monologue", "Longest monologue", "s",
        "longest talk of the agent; customer bursts up to 1 s do not end it, an own pause of 2 s does",
        "1 call", _DESIGN,
    ),
    Definition(
        "response-gap", "Response gap, median", "s",
        "customer's last word to the agent's first: median of each call, then the median over calls weighted by "
        "responses; negative where the agent began first",
        "10 responses", _GAPS,
    ),
    Definition(
        "response-gap-p90", "Response gap, slowest tenth", "s",
        "90th percentile of each call, then the median over calls weighted by responses",
        "10 responses", _GAPS,
    ),
    Definition(
        "opening", "Opening left whole", "% of calls",
        "calls whose first customer turn was left whole / calls in which that could be told; beside it the agent's "
        "first word and talk share in the first 20 s (medians)",
        "5 calls", _DESIGN,
    ),
    Definition(
        "call-time-share", "Call-time share", "%",
        "time in calls / time the clip was on, less pause, break and off; what the clip alone can see",
        "30 min on", _DESIGN,
    ),
    Definition(
        "occupancy", "Occupancy", "%",
        "(talk + hold + after-call work) / (talk + hold + after-call work + ready)",
        "30 min in those states, from an imported state log or the clip's button",
        "the definitions in use differ in the denominator (injixo, ApexCX); break, pause and other states are excluded "
        "here and printed",
    ),
    Definition(
        "utilisation", "Utilisation", "%",
        "(talk + hold + after-call work + ready) / paid time; where paid hours are not given, logged-in time, which is "
        "these states with break and other",
        "30 min of that time, from an imported state log", "COPC as quoted by trainers",
    ),
    Definition(
        "shrinkage", "Shrinkage", "%",
        "1 - (talk + hold + after-call work + ready) / paid time; where paid hours are not given, logged-in time",
        "30 min of that time, from an imported state log", "the complement of utilisation; its seconds by word stand "
        "beside it",
    ),
    Definition(
        "handle-time", "Handle time (AHT)", "s",
        "(talk + hold + after-call work), several contacts at once counted each / contacts that began",
        "10 contacts, from an imported state log", "Call Centre Helper",
    ),
    Definition(
        "after-call-work", "After-call work (ACW)", "s",
        "after-call work, several contacts at once counted each / contacts that began",
        "10 contacts, from an imported state log", "Call Centre Helper",
    ),
    Definition(
        "gap-between-calls", "Gap between calls, median", "s",
        "one call's end to the next call's start in the same shift, after-call work included, breaks left out",
        "5 gaps", "short breaks between calls as a risk to the voice: review, J. Voice S0892-1997(21)00261-7",
    ),
    Definition(
        "longest-spell", "Longest unbroken spell", "min",
        "first to last call between two breaks of 5 min or more; where no break is known, a gap of 5 min counts as one",
        "1 call", _BREAKS,
    ),
    Definition(
        "since-break", "Time since the last break", "min",
        "end of the newest call less the end of the last break of 5 min or more, or less the first call of the spell",
        "1 call", _BREAKS,
    ),
    Definition(
        "busy-half-hours", "Half-hours over 85 %", "% of half-hours",
        "half-hours with occupancy above 85 % / half-hours with 10 min or more in the states of occupancy",
        "10 half-hours",
        "85 % is a rule of thumb with weak evidence (Contact Center Pipeline 2015); "
        "read it beside the team's size",
    ),
)  # fmt: skip
BY_KEY = {definition.key: definition for definition in DEFINITIONS}
