"""The words of the log, of indicators and of their ingredients, for people. Every one is in the catalogues."""

from allears.i18n import counted, noted

EVENT_TITLES = {
    "talk-over": noted("Talk-over"),
    "dead-air": noted("Dead air"),
    "monologue": noted("Monologue"),
    "loud-customer": noted("Customer's level rose"),
    "acknowledgement": noted("Acknowledgement"),
    "early-answer": noted("Early answer"),
    "simultaneous-start": noted("Simultaneous start"),
    "overlap-other": noted("Other overlap"),
}
SUBTYPES = {
    "mutual": noted("both went on for more than 2 s"),
    "floor-taken": noted("the customer stopped, you went on"),
    "attempt": noted("you gave way"),
}
DOUBTS = {"hold": noted("may have been hold"), "sound": noted("the sound was hard to judge")}
CUE_TITLES = {
    "talk-over": noted("let them finish"),
    "dead-air": noted("say what you are doing"),
    "monologue": noted("give a break in your talk"),
    "talk-share": noted("leave more room"),
    "positive": noted("three long turns left whole"),
}
SUPPRESSED = {
    "budget": noted("held back: enough cues already"),
    "stale": noted("held back: too late"),
    "profile": noted("held back by the profile"),
    "snooze": noted("held back: snoozed"),
    "sound": noted("held back: the sound could not be judged"),
}
CUE_NOTES = {
    "withdrawn": noted("withdrawn: it resolved by itself"),
    "contested": noted("you contested it"),
    "firm": noted("then firmly"),
}
MARKS = {
    "hard-call": noted("Call marked as hard"),
    "shift-start": noted("Start of shift"),
    "shift-end": noted("End of shift"),
    "snooze": noted("Cues snoozed"),
    "breathing": noted("Breathing led by the clip"),
    "practice": noted("Cues practised"),
}
# What a HEALTH record says, and what to do about it.
HEALTH = {
    "overrun": (
        noted("Sound was lost"),
        noted("show it to IT if it comes again: the clip was too busy to hear all"),
    ),
    "log-full": (noted("The memory was full"), noted("pull the clip's log more often")),
    "torn-tail": (
        noted("The power went in the middle of writing"),
        noted("nothing, the rest of the log is whole"),
    ),
    "weights-refused": (noted("The network was refused"), noted("IT writes it anew with allears flash")),
    "microphone-dead": (
        noted("A microphone was silent"),
        noted("check the plug and the microphone's opening, then have it replaced"),
    ),
    "watchdog": (noted("The clip hung and restarted"), noted("show it to IT if it comes again")),
    "exception": (noted("The program stumbled"), noted("show the detail to IT")),
    "battery-low": (noted("The battery was low"), noted("charge the clip after the shift")),
    "motor-blanking": (
        noted("The motor covered the voices"),
        noted("wear the clip a little further from the microphone"),
    ),
    "channel-stuck": (noted("A channel stood still"), noted("check the plug, then have the clip replaced")),
    "channels-identical": (
        noted("Both microphones heard the same"),
        noted("check that each sits in its own place"),
    ),
    "clipping": (
        noted("The sound was too loud to judge"),
        noted("move the microphone or turn the headset down"),
    ),
    "hum": (noted("A hum covered the voices"), noted("keep the cable away from power supplies")),
    "microphones-swapped": (noted("Mouth and ear were swapped"), noted("exchange the two plugs")),
    "crash": (noted("The program stopped and started anew"), noted("show the detail to IT")),
    "safe-state": (
        noted("The clip stopped listening to stay safe"),
        noted("show it to IT: allears doctor says why"),
    ),
    "update": (noted("The clip's program was replaced"), noted("nothing, IT did this")),
    "erased": (noted("The clip was erased"), noted("nothing if you or IT wanted it")),
    "keys": (noted("The clip's keys were out of order"), noted("show it to IT: the log may not open")),
}
HEALTH_WELL = ("sound-well",)  # the all-clear after a trouble is none
HEALTH_UNKNOWN = noted("upgrade allears to learn more")
STATES = {
    "call": noted("In calls"),
    "acw": noted("After-call work"),
    "ready": noted("Ready"),
    "break": noted("Break"),
    "other": noted("Other"),
}

# What an indicator rests on: unit of n -> message. Times are filled in as {time}, counts as {n} in two forms.
TIME_BASES = {
    "of speech": noted("n = {time} of speech"),
    "of conversation": noted("n = {time} of conversation"),
    "of customer talk": noted("n = {time} of customer talk"),
    "of customer talk in either third": noted("n = {time} of customer talk in both thirds"),
    "in calls in either third": noted("n = {time} in calls in both thirds"),
    "in calls": noted("n = {time} in calls"),
    "on": noted("n = {time} with the clip on"),
    "in these states": noted("n = {time} in these states"),
    "of work": noted("n = {time} of work"),
    "": noted("n = {time}"),
}
COUNT_BASES = {
    "calls": counted("n = {n} call", "n = {n} calls"),
    "responses": counted("n = {n} response", "n = {n} responses"),
    "gaps": counted("n = {n} gap", "n = {n} gaps"),
    "half-hours": counted("n = {n} half-hour", "n = {n} half-hours"),
    "days": counted("n = {n} day", "n = {n} days"),
    "people": counted("n = {n} person", "n = {n} people"),
    "breaks": counted("n = {n} break", "n = {n} breaks"),
    "contacts": counted("n = {n} contact", "n = {n} contacts"),
    "hard calls": counted("n = {n} hard call", "n = {n} hard calls"),
}
# The same where there is too little of it.
LACKING = {
    "s of speech": noted("not enough data: {has} of {needs} s of speech"),
    "s of conversation": noted("not enough data: {has} of {needs} s of conversation"),
    "min of customer talk": noted("not enough data: {has} of {needs} min of customer talk"),
    "min in calls": noted("not enough data: {has} of {needs} min in calls"),
    "min on": noted("not enough data: {has} of {needs} min with the clip on"),
    "min in these states": noted("not enough data: {has} of {needs} min in these states"),
    "calls": noted("not enough data: {has} of {needs} calls"),
    "responses": noted("not enough data: {has} of {needs} responses"),
    "gaps": noted("not enough data: {has} of {needs} gaps"),
    "half-hours": noted("not enough data: {has} of {needs} half-hours"),
    "days": noted("not enough data: {has} of {needs} days"),
    "breaks": noted("not enough data: {has} of {needs} breaks"),
    "contacts": noted("not enough data: {has} of {needs} contacts"),
    "min": noted("not enough data: {has} of {needs} min"),
}
# Ingredients of a number, without their units.
PARTS = (
    noted("agent's speech"), noted("customer's speech"), noted("conversation"), noted("talk-overs"),
    noted("acknowledgements"), noted("silence"), noted("silences"), noted("calls"), noted("in calls"),
    noted("agent's first word"), noted("talk share in the first 20 s"), noted("clip on"),
    noted("pause, break and off"), noted("numerator"), noted("denominator"), noted("excluded break"),
    noted("excluded pause"), noted("excluded other"), noted("excluded off"), noted("over 85 %"),
    noted("shortest tenth up to"), noted("talk, hold and after-call work"), noted("after-call work"), noted("contacts"),
    noted("available"), noted("paid"), noted("logged in"), noted("break"), noted("other"), noted("by chance"),
    noted("break time"),
)  # fmt: skip
