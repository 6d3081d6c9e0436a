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
start-about = What you are asked
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
conflict-title = Something else was filled in elsewhere
conflict-lead = You also filled in these questions on another device or in another tab. Press save once more to keep what is filled in here, or take what is saved.
conflict-reload = Take what is saved

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

# questionnaires of a study
instruments-title = Questionnaires
instruments-lead = The questionnaires of this study. Every version is kept as it was: a change is always a new version, and whoever has begun goes on with the old one.
instruments-instrument = Questionnaire
instruments-version = Version
instruments-older = version { $version }
instruments-items = Questions
instruments-scales = Scales
instruments-minutes = Minutes
instruments-minutes-help = The minutes are an estimate from the number of words and questions, for someone with { $n } colleagues.
instruments-status = Where the questions come from
instruments-collected = When and from whom
instruments-not-asked = not asked in this study
instruments-upload = Add a questionnaire or a new version
instruments-upload-help = You first see what is wrong or what changes. Nothing changes until you confirm that.
instruments-file = File (.toml, 200 kB at most)
instruments-check = Look at the file
instrument-separate = Answered and sent apart
instrument-minutes = about { $nl } in Dutch, { $en } in English
instrument-source = Source
instrument-hints = Have another look at the wording
instrument-hints-help = These are hints from single words, not faults.
instrument-changes = What changed since version { $version }
instrument-questions = As it is asked
instrument-title = Title
instrument-intro = Introduction
instrument-shown-if = Shown if { $rule }.
instrument-asked-if = Asked if { $rule }.
instrument-relation = relation: { $relation }
instrument-right = (right)
instrument-scale = Scale
instrument-rule = Scoring
instrument-example = Example
instrument-reversed = (reversed)
language-dutch = Dutch
language-english = English
status-printed = printed in the source
status-written = written for this project, not validated
status-permitted = used with permission
kind-rating = rating
kind-single = one choice
kind-multiple = several choices
kind-test = test question
kind-card = card with a place and a tick
kind-date = date
kind-number = number
kind-text = text
kind-roster-ticks = tick colleagues
kind-roster-strengths = say how often, per colleague
limits-most = { $n } at most
limits-range = from { $min } to { $max }
limits-longest = { $n } characters at most
limits-from = from { $day }
limits-until = until { $day }
rule-answered = { $item } is answered
rule-equal = { $item } is { $value }
rule-not-equal = { $item } is answered and is not { $value }
rule-less = { $item } is less than { $value }
rule-at-most = { $item } is at most { $value }
rule-more = { $item } is more than { $value }
rule-at-least = { $item } is at least { $value }
rule-includes = { $item } includes { $value }
rule-not = it does not hold that { $rule }
rule-and = and
rule-or = or
hint-double-negation = { $item } ({ $language }): perhaps a double negation, because of { $words }.
hint-double-barrelled = { $item } ({ $language }): perhaps two questions in one, because of { $words }.
change-place = Where
change-what = What
change-before = Was
change-after = Becomes
change-blocks = Give this question a new key.
change-of-instrument = questionnaire
change-of-page = page { $number }
change-of-item = question { $key }
change-of-scale = scale { $key }
change-added = new
change-removed = dropped
change-worded = { $which } changed ({ $language })
change-title = title
change-intro = introduction
change-lead = explanation
change-question = question
change-type = is answered in another way
change-option-added = option { $code } added
change-option-removed = option { $code } dropped
change-option-worded = option { $code } worded otherwise ({ $language })
change-options-ordered = options in another order
change-limits = other limits
change-right-answer = another right answer
change-relation = another relation
change-moved = from page { $before } to page { $after }
change-ordered = questions in another order
change-rule = rule changed
change-no-rule = always
change-joins = joins scale { $scale }
change-leaves = leaves scale { $scale }
change-reversed = counts reversed in scale { $scale }
change-not-reversed = no longer counts reversed in scale { $scale }
change-scored = other scoring
change-scored-by = mean of at least { $needed } answers, from { $min } to { $max }
change-separate = is answered and sent apart
change-not-separate = is no longer answered apart
publish-title = A look at { $name }
publish-line = Line
publish-column = Character
publish-fault = What is wrong
publish-way-out = What you can do
publish-faulty = { $n ->
    [one] One fault was found. Nothing has changed.
   *[other] { $n } faults were found. Nothing has changed.
}
publish-more-faults = And { $n } more faults.
publish-new = This is a new questionnaire, { $key }. It is asked only when the design says so.
publish-revised = This becomes version { $version } of { $key }. Whoever has begun goes on with the version before; whoever still has to begin gets this one.
publish-already = This very file was published before, as version { $version } of { $key }. Nothing has changed.
publish-go = Publish { $pin }
publish-changes = What changes
publish-back = To all questionnaires
publish-published = Version { $version } of { $key } was published with another content. A published version never changes: raise `version` in the file.
publish-not-newer = Version { $version } of { $key } is not newer than version { $newest }, which was published. Make it version { $next }.
publish-key-shared = { $shared } is in the questionnaire { $owner } already. Give that question or scale another key here.
publish-type-changed = { $n ->
    [one] One question keeps its key and is answered, marked or related otherwise than before. Old and new answers cannot be put together like that: give it a new key.
   *[other] { $n } questions keep their keys and are answered, marked or related otherwise than before. Old and new answers cannot be put together like that: give each a new key.
}
publish-unknown-relation = Question { $item } asks about { $relation }, and that relation is not in the design. Add it there first.
# Pages of questions: saving, two tabs, and the list of colleagues
saving-partly = Not everything is saved: see the red text.
saving-offline = Not saved yet: there is no connection. Leave this page open; as soon as the connection is back, everything is saved.
saving-waiting = Not saved yet: there is no connection. As soon as it is back, everything is saved and you go on.
saving-asking = Not saved yet: choose first which answer stays.
conflict-yours = Filled in here:
conflict-stored = Saved:
conflict-choose = You also filled in these questions on another device or in another tab. Choose for each question which answer stays.
conflict-keep = Keep what is filled in here
conflict-take = Take what is saved
several-any = You can tick more than one answer.
several-most = You can tick { $n } answers at most.
card-tick = Tick this statement
card-ticked = ticked
date-help = Day, month and year, such as 31-8-2026.
roster-other = Other
roster-also = also: { $groups }
roster-found = Found:
roster-gone = someone who is no longer on the list
roster-hint = named last time
roster-hint-help = Whom you named last time is marked. Nothing has been ticked beforehand.
roster-not = not named
roster-person-lead = Say for each colleague what you discuss with him or her.
roster-missing = Is a colleague missing from the list?
roster-missing-help = Write down the name. Whoever leads the study will look up later whom you mean.
roster-missing-name = Missing colleague { $n }
# what a respondent is told and may decide
start-know = Good to know
start-go-part = Begin: { $part }
start-continue-part = Continue: { $part }
know-who = The study "{ $title }" asks you this. Your answers are stored linked to your name; the researchers work with codes instead of names. Questions: { $contact }.
know-seen = Your school, principal, trainer and board never see what you answered or whom you named. They only see results over groups, so that nobody can be recognised. Only who agrees to it is drawn by name in a picture of one's own school.
know-no-appraisal = Your answers are not used to appraise you or your colleagues.
know-leadership = Results on leadership open to the principal first, and only as a mean of the team. The principal decides whether others see them.
know-stop = Taking part is voluntary and you may skip any question. You can stop at any moment and go on later: every page is saved. You can withdraw { $until }.
until-day = until { $day }, that day included
until-closed = until this measurement is closed (planned on { $day })
part-questionnaire = Questionnaire
part-apart = A part of its own: it may be done at another moment.
part-minutes = About { $minutes }.
part-open = Not begun yet.
part-sent = Sent on { $at }.
part-closed = Closed.
consent-ask = Do you agree?
consent-title = Your choices
consent-lead = You can change these choices until the measurement is closed. They hold for all your answers in this study, those of earlier measurements too.
consent-research = Taking part in the research
consent-research-about = May your answers be used for this research? Without a yes you cannot go on. A no has no consequences for your work; colleagues can still name you.
consent-person_picture = By name in the picture of your school
consent-person_picture-about = May you be drawn by name in a picture of who consults whom at your school? If you say no, you are not in it. It makes no difference to taking part.
consent-follow_up = Being approached again later
consent-follow_up-about = May the researchers ask you for a follow-up, for instance a conversation? You then decide anew.
consent-yes = Yes
consent-no = No
consent-save = Save choices and go on
consent-choose = Choose yes or no.
consent-fault = Not everything was chosen. Choose yes or no for each question.
refused-title = You are not taking part
refused-lead = Thank you for letting us know. You get no questions, and what you filled in earlier is not used. There is nothing more to do. If you change your mind, you can change your choice until this measurement is closed.
refused-closed-title = You are not taking part
refused-closed-lead = You chose not to take part. Your answers are not used. This measurement is closed.
objects-title = You objected
objects-lead = You objected to being on your school's list. Your own answers are therefore not used and you get no questions. You can take your objection back.
problem-consent-refused = You chose not to take part. This answer was not saved. On the first page you can change your choice.
rights-title = What else you can do
rights-own = See your answers
rights-consent = Change your choices
rights-objection = Object to being on the list
rights-withdraw = Withdraw your answers
rights-back = Back to the beginning
own-title = Your answers
own-lead = This is what is stored of you in this measurement. Only you see this page, until the measurement is closed.
own-nothing = You have not filled in anything yet.
own-ticked = ticked
own-gone = a colleague who is no longer on the list
own-written-in = { $name } (added by you)
own-closed-title = Your answers
own-closed-lead = This measurement is closed. Your answers can no longer be seen here; ask the contact person below for them.
withdraw-title = Withdraw your answers
withdraw-lead = Do you want to withdraw what you filled in for measurement { $wave }? { $n ->
    [0] Nothing of yours is stored so far.
    [one] 1 answer of yours is stored.
   *[other] { $n } answers of yours are stored.
  }
withdraw-gone = Everything you filled in for this measurement is deleted. That cannot be undone, and you cannot fill in this questionnaire again.
withdraw-listed = You stay on your school's list. What colleagues filled in about you stays. If you do not want that either, object to being on the list.
withdraw-results = It has no consequences for your work, and your school does not hear of it.
withdraw-until = You can withdraw { $until }.
withdraw-confirm = Yes, withdraw my answers
withdraw-keep = No, back to the beginning
withdraw-late-title = It is too late to withdraw
withdraw-late-lead = The last day to withdraw has passed. If you have questions about this, turn to the contact person below.
objection-title = Object to being on the list
objection-lead = Colleagues see your name on your school's list and can name you, even if you do not take part yourself. You can object to that. This is what happens then:
objection-made = You objected. This is what happens now:
objection-b-list = Your name stays on the list and colleagues can name you.
objection-b-ties = In the research data you stand without role, group or other characteristics.
objection-c-list = Your name is on no colleague's list any more.
objection-c-ties = Whatever colleagues said about you earlier does not count: everything that refers to you is left out.
objection-own = Your own answers are not used and you get no questions.
objection-waves = This holds for all measurements, those already closed too.
objection-back = You can always take your objection back. It has no consequences for your work.
objection-make = Yes, I object
objection-lift = Take the objection back
network-note-stored = There are names below: whom you name is stored by name.
network-note-seen = Only the researchers can see that; a picture of your school has only the names of those who agreed to it.
network-note-skip = You may skip it, and that does not count as "with nobody".
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
