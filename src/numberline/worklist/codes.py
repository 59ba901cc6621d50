"""Every code of the worklist, with its plain cause and its remedy.

docs/reference/worklist.md says the same to people; a test holds the two together.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """What an item of one code means and what to do about it, each one sentence."""

    cause: str
    remedy: str


ADVICE: dict[str, Advice] = {
    "range_exhausted": Advice(
        "A range that people wait for has no available number left.",
        "Add numbers to the range, or give the waiting people's range rule a further range.",
    ),
    "range_low": Advice(
        "A range has fewer available numbers than its alert_below.",
        "Order or declare further numbers before they run out.",
    ),
    "not_ready": Advice(
        "Teams has not shown this person's Phone System for a day although the licence is assigned.",
        "Look at the licence in the Microsoft 365 admin center (errors, disabled service plans); then sync this person.",
    ),
    "refused": Advice(
        "Microsoft refused to give this person the number.",
        "Read Microsoft's words, mend the cause, then sync this person.",
    ),
    "refused_by_microsoft": Advice(
        "Microsoft refuses this number for its own sake, so it is blocked here.",
        "Look the number up in the Teams admin center (assignment block, porting, another owner); unblock it when mended.",
    ),
    "in_doubt": Advice(
        "Microsoft accepted the assignment but Teams does not show it.",
        "Look the number up in the Teams admin center; the next run goes on as soon as Teams shows it.",
    ),
    "given_up": Advice(
        "It stayed unknown whether Microsoft carried out an assignment; the number is in quarantine.",
        "Nothing, if the person has another number by now; else look the number up in the Teams admin center.",
    ),
    "change_stuck": Advice(
        "A change of number or a swap failed in the middle and could not be put back, so this person has no number.",
        "Read in the detail what Teams shows; the number kept for the person is given by a sync, or by number assign.",
    ),
    "by_hand_failed": Advice(
        "What was asked for by hand was not carried out in the end: the person has the number that they had.",
        "Read in the detail why; run the command again, or lock the number if it is to stay (that ends the reminder).",
    ),
    "freed_in_teams": Advice(
        "Teams shows this person's number free although the licence stayed.",
        "Find out who took it away; assign it again, or release it here.",
    ),
    "release_refused": Advice(
        "Microsoft refused to take the number back from somebody who is gone or no longer licensed.",
        "Read Microsoft's words and remove the number in the Teams admin center; the next run records it as free.",
    ),
    "stuck_on_person": Advice(
        "The number sticks to somebody who is gone or no longer licensed: Teams still shows it on them.",
        "License the person for Phone System again, remove the number in the Teams admin center, take the licence away.",
    ),
    "not_adopted": Advice(
        "Somebody who is gone or no longer licensed holds a number that was set in Teams directly.",
        "Take it over with number adopt (or adopt: true on its range) so that it is taken back, or remove it in Teams.",
    ),
    "found_other_holder": Advice(
        "Teams shows the number on somebody else than recorded.",
        "Decide who keeps it; the other person needs a new number.",
    ),
    "moved": Advice(
        "Somebody has moved: the rule of their number's range no longer matches them.",
        "Leave it so (person lock ends the reminder), give them another with number change, or correct the rule.",
    ),
    "wrong_type": Advice(
        "Somebody has a number of a type that their licences no longer allow.",
        "Correct the licences, or give them a number of the right type with number change.",
    ),
    "country_mismatch": Advice(
        "Somebody has a number of another country than their own.",
        "Correct the usage location, or give them a number of their country with number change.",
    ),
    "double_claim": Advice(
        "Teams shows two primary numbers on one person.",
        "Remove one of them in the Teams admin center.",
    ),
    "other_number": Advice(
        "Teams shows this person with another number than we recorded: somebody changed it there.",
        "Take the new number over with number adopt (or adopt: true on its range); if it was a mistake, change it back.",
    ),
    "no_longer_listed": Advice(
        "Teams no longer lists this Calling Plan or Operator Connect number, which is assigned or reserved here.",
        "Ask the provider whether it was ported out; give its holder another number, or unreserve it.",
    ),
    "owner_unknown": Advice(
        "Teams shows the number on an object that the directory does not know.",
        "Find the orphan in the Teams admin center (deleted account, resource account) and remove the number from it.",
    ),
    "type_changed": Advice(
        "Teams lists the number with another type than its range has.",
        "Move the number to a range of the type that Teams shows.",
    ),
    "policy_failed": Advice(
        "Microsoft refused a policy of this person's range, or does not show it; the number stays.",
        "Read Microsoft's words and mend what they name; it is tried again by itself, at once by syncing this person.",
    ),
    "policy_unknown": Advice(
        "A range names policies that the tenant does not have, so its people wait for these.",
        "Make the policies in the Teams admin center, or correct the names in the range's policies.",
    ),
    "policy_drift": Advice(
        "People who hold numbers of a range have other policies than it names.",
        "Give them the range's policies in Teams, change the range's policies, or set enforce_policies: true.",
    ),
    "policy_permission": Advice(
        "Policies are to be set, and the application lacks the permission to set them.",
        "Add TeamsPolicyUserAssign.ReadWrite.All to the application's permissions in Entra and grant admin consent.",
    ),
    "listing_short": Advice(
        "Teams listed far fewer numbers than last time, or its list broke off, so no number was taken to be gone.",
        "Look at the numbers in the Teams admin center; if they are really gone, sync with --full to confirm it.",
    ),
    "directory_short": Advice(
        "A full round did not show many people who were there before, so nothing was concluded from it.",
        "Look at the directory in the Entra admin center; if they are really gone, sync with --full to confirm it.",
    ),
    "held": Advice(
        "Automation wants to change more than a limit allows within 24 hours, so that kind waits for approval.",
        "Look at the plan; apply it by its id if it is right, else mend the cause in the directory or change the limit.",
    ),
    "run_failing": Advice(
        "The last run of this tenant failed.",
        "Do what the cause says; tenant check shows what works, and the next run that ends well closes this.",
    ),
    "credential_ends": Advice(
        "The client secret or certificate that the tenant signs in with ends soon, or has ended.",
        "Make a new one for the application in Entra and store it with tenant credential before the old one ends.",
    ),
    "notifications_failing": Advice(
        "Microsoft can't be asked to tell of changes at once, so they are found by asking at intervals.",
        "Read Microsoft's words; see that the address of NUMBERLINE_NOTIFICATION_URL is reached from the internet.",
    ),
    "alert_failed": Advice(
        "A receiver of alerts does not take them.",
        "Mend the receiver, its address or the mail server's settings; alerts test shows whether it works again.",
    ),
}
