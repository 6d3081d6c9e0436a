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

# Setting up a study, its design and its rehearsal: pages of the owner
filled-optional = (optional)
filled-faults = This is not saved yet
filled-empty = Fill this in.
filled-too-long = This is too long.
filled-choose = Choose one of the list.
filled-not-a-date = Fill in a date, such as 31-08-2026.
filled-not-a-time = Fill in a date and time, such as 31-08-2026 08:00.
filled-skipped-hour = This time does not exist: the clock skips it. Choose another.
filled-not-a-number = Fill in a number.
filled-not-a-key = Use small letters, digits and hyphens only.
filled-not-an-address = This is not an e-mail address.
filled-backwards = This is before the opening.
filled-in-the-past = This is in the past.
filled-save = Save
filled-saved = Saved.
feedback-after_each_wave = after each measurement
feedback-none_until_end = only after the last measurement
setup-title = Set up a study
setup-lead = One page, and your study is there. Everything can still be changed before the first measurement opens. This template asks: { $asked }.
setup-choose = Begin with a template
setup-choose-lead = Choose what you begin with and when the first measurement opens; the dates below are filled in for you.
setup-choose-button = Fill in the dates
setup-template = Template
setup-template-focus = Focus: two cohorts, three measurements, whole teams
setup-template-empty = An empty study: one cohort, one measurement
setup-start = First day of the first measurement
setup-study = The study
setup-title-nl = Title in Dutch
setup-title-en = Title in English
setup-title-en-help = Left empty, the Dutch title is used.
setup-key = Short name
setup-key-help = Small letters, digits and hyphens. Used in files; nobody else sees it.
setup-key-taken = There is a study with this short name already. Choose another.
setup-contact-name = Contact person
setup-contact-help = Every respondent sees whom to ask.
setup-contact-email = E-mail address of the contact person
setup-time-zone = Time zone
setup-cohort = Name of the cohort
setup-cohort-n = Cohort { $n }
setup-cohort-none = Leave the name empty if there is no such cohort.
setup-cohort-twice = Give each cohort its own name, with letters or digits in it.
setup-starts = First day of the intervention
setup-starts-help = What counts as before and as during is reckoned from this day.
setup-windows-lead = When people can answer. Leave both times of a measurement empty if this cohort does not have it.
setup-opens = { $wave } opens
setup-closes = { $wave } closes
setup-no-window = Give this cohort at least one measurement.
setup-found = Set up this study
welcome-title = { $study } is set up
welcome-lead = You are its owner. One thing first, and then the next steps.
welcome-keep = This is your own link. Keep it: with it you come back on any device, and whoever has it can do what you can.
welcome-next = I have kept it. On to the next steps
todo-title = What to do next
todo-done = Done:
todo-conditions = Record what must be in order before a measurement can open. Missing: { $what }.
todo-conditions-done = Everything that must be in order is recorded.
todo-rosters = Upload the staff lists of the schools. There are none yet of: { $cohorts }.
todo-rosters-done = The staff lists of { $n } schools are in.
todo-texts = Look at the texts that people get, and put them in your own words if you like.
todo-rehearsed = Rehearse: invented answers go the whole way and are thrown away. It also measures the minutes that the invitation states.
todo-rehearsed-done = Rehearsed on { $at }.
todo-do-rehearse = Rehearse
todo-invite = { $which }: invite everyone. Opens on { $at }.
todo-remind = { $which }: { $share } have sent their answers. Remind the others.
todo-close = { $which }: the time is over. Close it, and the results are computed.
matrix-title = The design, and how far it is
matrix-lead = In each cell: invited / started / finished. A cell opens the table per school and role.
matrix-instrument = Questionnaire
matrix-not-asked = not asked
matrix-opens = opens { $at }
matrix-open = open until { $at }
matrix-shut = shut: not everything is recorded
matrix-missing = not open yet, missing: { $what }
matrix-no-staff = staff lists
matrix-no-windows = This cohort has no measurements yet.
matrix-all-schools = All schools
matrix-all-roles = All roles
matrix-due = On the list
matrix-finished-head = Finished
matrix-invited = invited
matrix-started = started
matrix-finished = finished
matrix-back = Back to the design
matrix-do-results = Look at the results
matrix-do-close = Close
matrix-do-conditions = Record conditions
matrix-do-rosters = Upload staff lists
matrix-do-invite = Invite
matrix-do-remind = Remind
matrix-do-response = See the response
cond-title = Conditions
cond-lead = A measurement opens only when all of this is recorded.
cond-all = Everything is recorded.
cond-missing = Still missing: { $what }.
cond-board_agreement = agreement of the boards
cond-board_agreement-help = The day on which the schools' boards agreed.
cond-council_informed = participation councils informed
cond-council_informed-help = The day on which the participation councils were informed.
cond-ethics_reference = number of the ethics committee's decision
cond-ethics_reference-help = As it stands on the decision.
cond-retention_until = names kept until
cond-retention_until-help = The day on which names and addresses are destroyed. Once a measurement has opened it can only become earlier.
cond-withdraw_until = withdrawing until
cond-withdraw_until-help = The last day on which a respondent can take back answers; empty: until the measurement closes.
cond-contact = contact person
cond-contact-help = Name and address; every respondent sees them.
cond-feedback = When schools see their results
cond-feedback-help = Feedback is itself an intervention: fixed once the first measurement is closed.
cond-in-the-future = This day is still to come: record it when it has happened.
design-title = Dates and settings
design-lead = Only what is still to come can change: a measurement that has opened keeps its opening and its questions, and a closed one keeps everything.
design-windows-lead = Closing can be moved later, or earlier but not before now. Empty both times for a measurement that this cohort does not have.
design-network = How colleagues are asked
design-network-lead = Fixed while a measurement is open.
design-layout = Layout
design-layout-relation = one question at a time
design-layout-person = all questions per colleague
design-order = Order of colleagues
design-order-name = by name
design-order-random = shuffled for each respondent
design-grouping = Headings
design-grouping-none = no headings
design-grouping-group = by year group
design-grouping-role = by role
design-objection = When someone objects to being listed
design-objection-A = A: stays on the list and in the data, answers nothing
design-objection-B = B: stays on the list, without role and groups in the data
design-objection-C = C: off the list and out of the data
design-boundary = Whom one can name
design-boundary-school = colleagues of the own school
design-boundary-board = colleagues, and separately the board's network
design-hint = Show whom one named last time, beside the list and never ticked
design-write_in = Colleagues who are missing from the list can be written in
design-quiet = When no mail goes out
design-quiet-lead = On the clock of the study.
design-from_hour = Nothing from this hour
design-to_hour = Again from this hour
design-weekends = Nothing in weekends
design-holidays = School holidays
design-holidays-help = One a line, first and last day: 2026-10-17 2026-10-25.
design-holidays-fault = This line has no first and last day: { $line }
design-thresholds = Thresholds
design-thresholds-lead = They can be raised and never lowered.
design-k = Smallest group that a figure is about
design-k_principal = Smallest group for figures about the principal
design-k_pupil = Smallest group for figures about pupils
design-report = Response from which a network is reported (%)
design-flag = Response from which it is reported with a warning (%)
design-add = Add
design-add-cohort = One more cohort
design-add-cohort-lead = Afterwards you give its measurements their dates above.
design-add-wave = One more measurement
design-add-wave-lead = Afterwards you give it dates above.
design-new-wave = Short name
design-new-wave-help = For example T2b.
design-like = Asks the same as
design-like-none = nothing yet
design-before = Comes before
design-before-none = none: it is the last
design-wave-twice = There is a measurement with this name already.
texts-title = Texts
texts-lead = What people read, in both languages. These places are filled in for each person: { $places }
texts-who_asks = Who asks (first screen)
texts-invitation_subject = Invitation: subject
texts-invitation_body = Invitation: text
texts-reminder_subject = Reminder: subject
texts-reminder_body = Reminder: text
texts-letter = Printed letter
texts-in-nl = Dutch
texts-in-en = English
texts-preview = As an example person reads it: { $language }
texts-standard = Back to the standard text
texts-save = Save and look
texts-both = Write it in both languages, or empty both for the standard text.
texts-no-link = Without {"{"}link{"}"} nobody can get in: put it back.
texts-example-name = Anna de Vries
texts-example-school = De Eik
texts-standard-who-asks = You are asked by the researchers of { $study }, in agreement with { $school }.
people-title = People
people-lead = Links for whoever takes part in running the study or looks at its results. Staff who answer questionnaires are invited elsewhere.
people-fresh = The link for { $label }. Pass it on in private; the code can be typed instead.
people-code = Code:
people-role = Role
people-role-help = An owner does everything; a researcher sees results under pseudonyms; a trainer follows the response of some schools; a school sees its own results.
people-owner = owner
people-researcher = researcher
people-trainer = trainer
people-school = school
people-label = For whom
people-label-help = A name you recognise the link by.
people-schools = Schools
people-schools-help = One for a school, one or more for a trainer.
people-do = Link
people-own = (you)
people-show = Show the link
people-change = Change
people-reissue = Give another link
people-reissue-help = The old link and code open nothing from then on.
people-revoke = Take the link back
people-new = A new link
people-hand-out = Make the link
people-one-school = Choose one school.
people-some-schools = Choose at least one school.
reh-title = Rehearsal
reh-lead = A copy of your study goes the whole way: everybody is invited, invented people answer every questionnaire of every measurement page by page, some stop halfway, all is closed and computed. Then the copy is thrown away. Nothing of it comes into your study, except the minutes.
reh-help = This takes some seconds, of a large study up to a minute. Of a large study some schools of each cohort take part.
reh-go = Rehearse now
reh-never = There has been no rehearsal yet.
reh-last = Last rehearsal: { $at }.
reh-found = What was found
reh-invented = There are no staff lists yet: schools of seventeen people were invented.
reh-schools = { $n } of { $all } schools took part.
reh-respondents = { $n } of { $invited } invited people answered.
reh-stopped = { $n } of them stopped halfway.
reh-pages = { $pages } pages were sent and { $answers } answers stored.
reh-unequal = { $n } answers came back different from how they were sent.
reh-refusals = { $n } pages or answers were refused.
reh-took = It took { $n } seconds.
reh-minutes = Minutes to answer
reh-minutes-each = Minutes
reh-whole = one respondent, in all
reh-rows = What a researcher would get: rows
reh-members = people on the lists, per measurement
reh-responses = questionnaires begun
reh-answers = answers
reh-nominations = colleagues named
amend-changed-elsewhere = The design was changed elsewhere in the meantime. Look at it again and then save.
amend-fixed = The short name and time zone of a study stay what they are.
amend-key-twice = { $about } is there twice.
amend-removed = { $about } cannot be removed or put in another order.
amend-cohort-begun = { $about } has begun: its first day stays.
amend-wave-begun = { $about } has begun: what is asked in it, and of whom, stays.
amend-wave-open = { $about } is open: how colleagues are asked changes only between measurements.
amend-unknown-instrument = { $about } is not among the questionnaires of this study.
amend-opening-passed = { $about } has opened: its opening stays.
amend-opens-in-the-past = { $about } would open in the past.
amend-closes-in-the-past = { $about } would close in the past.
amend-backwards = { $about } closes before it opens.
amend-window-closed = { $about } is closed: its dates stay.
amend-threshold-lowered = A threshold is never lowered ({ $about }).
amend-threshold-impossible = The response rates must be above 0 and at most 100 %, and the one with a warning not above the other.
amend-condition-withdrawn = A measurement has begun: this stays recorded ({ $about }).
amend-promise-shortened = A measurement has begun, and people were promised otherwise ({ $about }).
amend-feedback-given = A measurement is closed: when schools see their results stays as it was.
amend-unknown-text = There is no text called { $about }.
amend-unknown-placeholder = Nothing can be filled in at { $about }.
amend-holiday-backwards = The holiday from { $about } ends before it begins.
amend-not-an-hour = { $about } is no hour of the day: write 0 to 23.
mail-invitation-subject = Questionnaire { $study }: your invitation
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
letter-body =
    Dear { $name },

    { $school } takes part in { $study }. You are asked to fill in a questionnaire about how you work together in your team. It takes about { $minutes }. You can stop and go on later, also on another device.

    You can take part until { $closes }. Taking part is voluntary and is not used to appraise you. The link is yours alone: do not pass it on.

    Questions? { $contact }
