# Words of the pages. Every key also stands in nl.ftl, in the same order.

product = Schakel
simulated = Simulated data: these schools and people do not exist.
skip-to-content = Skip to the content
language-this = English
language-other = Nederlands
leave = Close
questions = Questions about the study? { $contact }

month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
  }

enter-title = Open your link
enter-lead = Press Start. If the field is empty, type the code printed under your link.
enter-code = Code
enter-code-help = Sixteen characters, such as K7Q2-9XW4-TB3H-J6RM. Capitals and hyphens do not matter.
enter-start = Start
enter-unknown = This link or code is not in use. Check that all characters are there, or ask whoever invited you for a new one.
enter-slow = A wrong code was tried too often. Wait a minute and then try again.
home-title = How does your team work together?
home-lead = Schakel maps with whom members of a school team talk about goals, approach and progress, and how that changes.
home-respond = Do you have an invitation? Open the link in it, or type the code here.

start-title = Welcome, { $name }
start-lead = You are invited on behalf of { $school } to measurement { $wave }.
start-time = It takes about { $minutes }. You can stop and go on later, also on another device: every page is saved.
start-about = What you are asked
start-privacy = What happens with your answers
start-privacy-names = Your answers are not anonymous: they are stored linked to your name, so that measurements can be compared. The researchers work with codes instead of names.
start-privacy-seen = Your school, principal, trainer and board never see what you answered or whom you named: only results over groups of at least { $k } people.
start-privacy-listed = Colleagues can name you, even if you do not take part yourself. If you object, tell the contact person.
start-privacy-free = Taking part is voluntary. You may skip any question.
start-go = Begin
start-continue = Continue
start-closes = Open until { $at }.
not-open-title = Not open yet
not-open-lead = This questionnaire opens on { $at }. Your link works from then on.
closed-title = Closed
closed-lead = This measurement is closed. What you had filled in is kept: { $n } { $n ->
    [one] answer
   *[other] answers
  }. There is nothing more to do.
nothing-due-title = Nothing to fill in
nothing-due-lead = There is nothing for you to fill in for this measurement.

page-of = Page { $page } of { $pages }
saved-at = Saved at { $at }
page-back = Back
page-next = Save and go on
page-later = Save and go on later
rating-none = no answer
required-none = You may skip questions.
roster-help = You are not in the list yourself. Name as many or as few colleagues as you like.
roster-find = Find a colleague
roster-nobody = With nobody
roster-nobody-help = Only tick this if you really discuss this with nobody. Skipping is something else.
roster-empty = There are no colleagues on your school's list.
answer-not-an-option = Choose one of the answers given.
answer-not-a-number = Fill in a number, such as 12 or 7.5.
answer-out-of-range = This number is outside what is possible.
answer-too-long = This text is too long.
answer-nobody-and-somebody = You ticked colleagues and also "with nobody". Remove one of the two.
answer-not-on-the-roster = One of the colleagues named is not on the list (any more). Choose again.
faults-title = Not everything could be saved yet
faults-lead = The other answers on this page are saved.
conflict-title = Something else was filled in on another device
conflict-lead = Below is what you sent just now. Press save once more to keep it, or open the page again to see what is stored.
conflict-reload = Show what is stored

check-title = Ready to send?
check-all = You answered all { $n } questions.
check-some = You answered { $n } of the { $of } questions. Skipping is fine.
check-page = Go to this page
check-answered = { $n } of { $of } answered
check-send = Send
check-send-help = After sending you cannot change anything.
receipt-title = Thank you
receipt-lead = Your answers have arrived and are counted.
receipt-number = Your receipt
receipt-at = Received on { $at }
receipt-next = There is nothing more to do. After the measurement closes your school gets a picture of the team, without names.
later-title = Saved
later-lead = Open the same link or type the same code to go on.

role-owner = Response
role-trainer = My schools
role-school = Our school
role-researcher = Research
nav-contrast = Comparison
nav-schools = Schools
nav-effects = Effects
nav-report = Report
nav-response = Response

response-title = Response
response-lead = Per school and measurement: invited, started, sent. Who answered is not shown here.
response-school = School
response-cohort = Cohort
response-wave = Wave
response-invited = Invited
response-started = Started
response-submitted = Sent
response-rate = Response
response-state = State
response-total = All schools
phase-not-yet-open = not open yet
phase-open = open
phase-overtime = past its time, not closed yet
phase-closed = closed
response-windows = Measurement windows
response-opens = Opens
response-closes = Closes
response-close = Close and compute the results
response-close-help = Closing cannot be undone. The results are computed afterwards.
response-close-confirm = Yes, close this wave
trainer-title = My schools
trainer-lead = How far the schools you guide are with answering. Counts only.
trainer-empty = No schools are linked to you yet.

school-title = { $school }
school-dated = As of { $at }, after closing of wave { $wave }.
school-none-title = No results yet
school-none-lead = Results appear after a wave has been closed for your school.
school-good = { $n } of the { $of } colleagues filled in the questions at wave { $wave }.
school-good-lead = Where answers are missing the picture is less certain; that is why we give ranges instead of single numbers.
school-picture = Collaboration between groups
school-picture-lead = Each circle is a group of colleagues. The wider a line, the more often colleagues of one group named someone of the other. The figure under the name of a group says how often colleagues named each other within the group.
school-picture-caption = Group picture: { $relation }, wave { $wave }
school-relation = About
school-wave = Wave
school-more = More is not of itself better.
school-density = Of every ten times that someone could have named a colleague for talking about { $relation }, it happened { $band }.
school-reciprocity = Of every ten pairs in which one named the other for talking about { $relation }, { $band } named each other. In the other pairs you see that conversation differently; nobody is wrong.
school-change-same = At wave { $wave } this was in the same range.
school-change-other = At wave { $wave } it was { $band }.
band-times = between { $from } and { $to } times
band-pairs = between { $from } and { $to }
band-cell = { $from }–{ $to } of 10
school-table = The same results in a table
school-table-from = From
school-table-to = To
school-table-share = Named, out of every ten possibilities
school-within = within the group
school-group-n = { $n } { $n ->
    [one] colleague
   *[other] colleagues
  }
school-scales = What people think
school-scales-lead = The mean over those who answered the questions.
school-scale-about = (on a scale from { $from } to { $to }; { $n } people)
school-scale = Subject
school-talk = To talk about
school-talk-1 = Do you recognise this picture? Where does it fit how you work together, and where not?
school-talk-2 = About which subject would you like to talk with each other more often, or less often, and what would that take?
relation-goals = goals
relation-approach = approach
relation-progress = pupils' progress
group-and = and
group-merged = { $a } and { $b }
withheld-too-few-people = We do not show this, so that nobody can work out what one colleague filled in.
withheld-team-too-small = For a team of fewer than eight people we do not show this, so that nobody can work out what one colleague filled in.
withheld-response-too-low = Too few colleagues filled in the questions to say anything about this.
withheld-not-defined = There is no result for this: nobody was named, or it was not asked.
withheld-nearly-unanimous = We do not show this figure, so that nobody can work out what one colleague filled in.
withheld-short = not shown

research-title = Schools with a large and with a small effect compared
research-none-title = No results yet
research-none-lead = No wave has been closed yet.
research-rule = The { $high } schools with the largest effect on pupils against the { $low } with the smallest.
research-no-groups = There is no comparison yet: it takes the closing of a cohort's last wave and the pupils' scores. The network measures per school are there.
research-all-waves = all waves
research-figure = Difference between the groups (Hedges' g, high minus low) with 95 % interval
research-outcome = Outcome
research-wave = Wave
research-relation = Relation
research-n = n high / low
research-means = Mean high / low
research-lower = lower where the effect is large
research-higher = higher where the effect is large
research-axis = Hedges' g with 95 % interval
research-described = { $rows } outcomes, of which { $different } different (filled circle). The table below gives the same numbers.
research-not-defined = not defined
research-difference = Difference
research-g = g [95 %]
research-p = exact p
research-p-maxt = p maxT
research-verdict = Verdict
verdict-different = different
verdict-equivalent = equivalent
verdict-cannot-tell = cannot tell
research-excluded = Excluded (90 %): g outside { $from } to { $to }.
research-detectable = Seen with 80 % probability: d of { $d } or more.
research-reading = "Cannot tell" does not mean that there is no difference. Under "excluded" stands which differences (in g) do not fit the data; a true difference smaller than the detectable d would mostly not have been found with this number of schools.
research-not-unimportant = Factors that do not explain the difference are not thereby unimportant for the implementation.
research-show = Show
research-choose = Outcomes
research-choose-all = all outcomes
research-choose-family = the fixed plan
research-provenance = Provenance
research-snapshot = Snapshot
research-plan = Analysis plan
research-program = Program
research-seed = Seed
research-treatment = Missing answers
research-instruments = Instruments
research-exclusions = Left out
research-undefined = not defined: { $why }
schools-title = Network measures per school
schools-lead = Each measure with the bounds that are possible if the missing answers were known.
schools-n = Actors
schools-response = Response
effects-title = Effect per school
effects-lead = Growth of the pupils per school year during the intervention minus the growth before it, in points of the test scale. A plain estimator per pupil; a mixed model is more precise.
effects-effect = Effect
effects-se = Standard error
effects-before = Growth before
effects-during = Growth during
effects-pupils = Pupils
effects-group = Group
effects-weight = Weight
effects-by-weight = By pupil weight
effects-by-weight-lead = The weight is a category: the gain need not rise with it. The standard error takes pupils as independent.
effects-high = high
effects-low = low
measure-density = density
measure-dyadic_reciprocity = dyadic reciprocity
measure-tie_reciprocity = tie reciprocity
measure-in_degree_centralization = in-degree centralization
measure-out_degree_centralization = out-degree centralization

problem-title = That did not work
problem-reference = Something went wrong on our side. Nothing that was saved is lost. Mention this number if you ask about it: { $reference }
problem-not-found = This page does not exist.
problem-no-visit = This page opens only with a link or code. Open your link again. Were you filling in a page? Then open your link in another tab, go back here and press save once more: what you filled in is still on that page.
problem-other-site = This form came from another website and was not processed. Open the page again and try once more.
problem-not-saved = Your answers were not saved. Go back in your browser: they are still on the page. Try again in a minute.
problem-closed = This measurement is closed. What was saved before stays saved.
problem-submitted = You have sent this questionnaire already.
problem-not-yet-open = This measurement is not open yet.
problem-bad-form = The form could not be read. Open the page again.
problem-home = To the beginning
withdrawn-title = Withdrawn
withdrawn-lead = You withdrew your answers. Nothing is kept of them.
problem-withdrawn = You withdrew your answers.
answer-not-a-date = Fill in a date, such as 31-8-2026.
answer-too-many = You chose more answers than are asked for.
nav-study = Design
nav-rosters = Staff lists
nav-instruments = Questionnaires
nav-texts = Texts
nav-invitations = Invitations
nav-exports = Data

# inviting, reminding and watching
mail-invitation-subject = Your invitation: questionnaire { $study }
mail-invitation-body =
    Dear { $name },

    { $school } takes part in { $study }. You are asked to fill in a questionnaire about how you work together in your team. It takes about { $minutes }. You can stop and go on later, also on another device.

    Open this link and press Start:

    { $link }

    Or type this code on the same site: { $code }

    You can take part until { $closes }. Taking part is voluntary and is not used to appraise you. The link is yours alone: do not pass it on.

    Questions? { $contact }
mail-reminder-subject = Reminder: questionnaire { $study }
mail-reminder-body =
    Dear { $name },

    We sent you an invitation to a questionnaire of { $study } at { $school }. It has not been sent in yet. What you filled in is kept: you go on where you were. In all it takes about { $minutes }.

    This is the same link as before:

    { $link }

    Or type this code on the same site: { $code }

    You can take part until { $closes }. Taking part is voluntary; if you do not want to, you need do nothing.

    Questions? { $contact }
letter-subject = Invitation: { $study }
letter-body =
    Dear { $name },

    { $school } takes part in { $study }. You are asked to fill in a questionnaire about how you work together in your team. It takes about { $minutes }. You can stop and go on later, also on another device.

    You can take part until { $closes }. Taking part is voluntary and is not used to appraise you. The link is yours alone: do not pass it on.

    Questions? { $contact }
letter-how = Scan the QR code with your phone, or type the address and then your code.
letter-address = Address
letter-code = Code
letter-qr = QR code with your link
letters-title = Letters
letters-lead = On every page a letter with the link of one person. That you look at these links is recorded.
letters-print = Print with Ctrl+P: every letter comes on an A4 of its own.
letters-csv = All links as a CSV file
letters-show = Show letters
letters-none = There are no invitations here yet. Invite first.
letters-choose = Choose a school
letters-all = All letters of this wave
letters-without-mail = Only those who cannot get mail
letters-back = Back to the invitations
invitations-title = Invite
invitations-lead = First you see what would happen; nothing goes out before you press the button.
invitations-no-mail = This server sends no mail. Inviting makes the links; you hand them out as letters or with a CSV file.
invitations-none = There are no windows in the design yet.
invitations-window = Wave
invitations-choose = Show
invitations-closed = This wave is over: nobody can be invited to it any more.
invitations-unmet = Nobody can be invited yet: the design lacks
invitations-when = The first mail goes out on { $at } at the earliest.
invitations-all = Invite all schools of this wave
invitations-school = Invite
invitations-preview = What the mail looks like
invitations-preview-reminder = What the reminder looks like
invitations-subject = Subject
invitations-to-do = Per school: what inviting would do now
invitations-nobody = Nobody is on the list of this wave yet.
invitations-people = People
invitations-problems = Mail that did not arrive, or perhaps not
invitations-problems-lead = Only you see this, not the school. Correct the address in the staff list and send again, or hand out a letter.
invitations-again = Send again
invitations-mark-bounced = Came back
invitations-reissue = Give a new link
invitations-reissue-help = The old link and code then stop working.
invitations-person = Who
invitations-what = What
invitations-why = Why
invitations-do = Do
invitations-state = State of the mail
invitations-reminders = Remind
invitations-audit = Who sent when
invitations-audit-when = When
invitations-audit-what = What
invitations-audit-count = Number
invitations-sent-by = These letters were made on { $at }
way-mail = gets mail
way-letter = gets a letter (no address)
way-mailed = has had mail
way-bounced = mail did not arrive: letter
way-finished = has sent
way-withdrawn = has withdrawn
way-nothing-due = has nothing to fill in in this wave
way-not-there = is not on the list then
outbox-queued = waiting
outbox-sending = being sent
outbox-sent = sent
outbox-bounced = did not arrive
outbox-failed = tried for a day in vain
outbox-unknown = unknown whether it was sent
outbox-cancelled = no longer needed
kind-invitation = invitation
kind-reminder_1 = 1st reminder
kind-reminder_2 = 2nd reminder
kind-reminder_3 = 3rd reminder
reminders-title = Remind
reminders-lead = Whoever has not finished gets a reminder with the same link. First you see who they are; nothing goes out before you press the button. Nobody gets more than three in one wave.
reminders-stalled = Days without saving
reminders-pause = Days after the last mail
reminders-count = { $n ->
    [one] 1 person gets
   *[other] { $n } people get
  } a reminder now.
reminders-go = Send these reminders
reminders-one = Remind
reminders-spared = { $n } get none now
reminders-not-open = Reminders can be sent only while a wave is open.
reminders-list = Who gets a reminder
reminders-number = Which
remind-not-opened = has not opened the link
remind-not-begun = has opened, not begun
remind-stalled = has begun and come to a standstill
spared-finished = has sent
spared-withdrawn = has withdrawn
spared-left = has left the list
spared-busy = is at it
spared-too-soon = had mail or a letter a short while ago
spared-waiting = mail is waiting already
spared-enough = has had three reminders
spared-no-address = has no address: letter
spared-bounced = mail did not arrive: letter
waiting-title = Who has not sent
waiting-lead = Only you, as owner of the study, see this. That you look is recorded. Do not pass these names on to the school.
waiting-none = Everyone who was invited has sent.
waiting-state = State
waiting-last-mail = Last mail
waiting-no-mail = no mail
waiting-letter = Letter
waiting-link = Who not?
board-filter = Show
board-every = all
board-running = what is running now
board-updated = Updated { $at }
board-reload = Refresh
board-unmet = The waves cannot open yet. The design lacks:
board-roles = Per role: sent of invited
board-opened = Opened
board-recompute = Compute again
board-no-conclusion = The results of this closed wave have not been computed yet.
board-classes = As it counts at closing
board-classes-help = Late is sent in the hour after closing; partial is begun and not sent. Both count.
board-network = What the network question carries so far
board-network-lead = We know more of a pair of colleagues when both answered. What stands here is counted over those who answered the question; not who they are.
board-relation = Relation
board-answered = Answered
board-both = Pairs with both answers
board-either = Pairs with at least one
board-carries = Carries
board-more = Still needed
board-more-report = { $n ->
    [one] 1 more answer makes
   *[other] { $n } more answers make
  } density reportable without reserve
board-more-none = –
carries-report = all measures
carries-flag = all measures, flagged and with bounds
carries-pairs = shares of pairs only, with bounds; no measures of structure
carries-nothing = too few people
condition-board_agreement = agreement of the boards
condition-council_informed = participation councils informed
condition-ethics_reference = number of the ethics committee
condition-retention_until = retention date
condition-contact = contact person
school-response-title = How far is our school?
school-response-lead = Numbers up to yesterday. Who took part and who did not is not visible to the school; taking part is voluntary.
school-response-at-least = at least { $n } of the { $of }
school-response-few = fewer than { $k } of the { $of }
school-response-withheld = not shown: with so few people it would be visible who took part
school-response-none = No wave is running now.
class-complete = complete
class-late = late
class-partial = partial
class-none = nothing
class-withdrawn = withdrawn
