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
start-closes = Open until { $at }. Every page is saved: you can go on later, also on another device.
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
response-lead = Per school and measurement: invited, started, sent. Who has not sent, only you can see, behind the last column.
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
school-dated = Made on { $at }, about wave { $wave }.
school-none-title = No results yet
school-none-lead = Results appear after a wave has been closed for your school.
school-picture-lead = Each circle is a group of colleagues. The wider a line, the more often colleagues of one group named someone of the other. The figure under the name of a group says how often colleagues named each other within the group.
school-picture-caption = Group picture: { $relation }, wave { $wave }
school-relation = About
school-wave = Wave
school-more = More is not of itself better.
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
withheld-would-tell-others = With what was shown before, this would tell what fewer than the smallest number of colleagues answered. So we do not show it.
withheld-no-consent = There is no picture of persons: too few colleagues agreed to being drawn, or too few would stay out of it.
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
research-lower = lower where the effect is large
research-higher = higher where the effect is large
research-axis = Hedges' g with 95 % interval
research-described = { $rows } outcomes, of which { $different } different (filled circle). The table below gives the same numbers.
research-not-defined = not defined
research-g = g [95 %]
research-p-maxt = p maxT
research-verdict = Verdict
verdict-different = different
verdict-equivalent = equivalent
verdict-cannot-tell = cannot tell
research-reading = "Cannot tell" does not mean that there is no difference: under it stands which differences (in g) and which correlations do not fit the data. What is not excluded is not shown either.
research-not-unimportant = Factors that do not explain the difference are not thereby unimportant for the implementation.
research-show = Show
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
effects-lead = What pupils gained a school year since the start over and above their growth before it, in points of the test scale: from one model of all pupils of all schools.
effects-effect = Effect
effects-se = Standard error
effects-before = Growth before
effects-during = Growth during
effects-pupils = Pupils
effects-group = Group
effects-weight = Weight
effects-by-weight = By pupil weight
effects-by-weight-lead = The weight is a category and never a number: the gain need not rise with it. Each weight has a slope of its own in the model; the standard error counts that pupils of one school belong together. Table of weights: { $table }.
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
matrix-conditions = { $n ->
    [one] 1 condition
   *[other] { $n } conditions
  }
matrix-no-staff = staff lists
matrix-no-windows = This cohort has no measurements yet.
matrix-all-schools = All schools
matrix-all-roles = All roles
matrix-due = On the list
matrix-finished-head = Finished
matrix-invited = invited
matrix-started = started
matrix-finished = finished
matrix-back = To the design: what to do next
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
people-title = People
people-lead = Links for whoever takes part in running the study or looks at its results. Staff who answer questionnaires are invited elsewhere.
people-fresh = The link for { $label }. Pass it on in private; the code can be typed instead.
people-code = Code:
people-role = Role
people-role-help = An owner does everything; a researcher sees results under pseudonyms; a trainer follows some schools; a school sees its own results, a principal also what was said about leadership; a board sees how its pupils score and what its schools pass on.
people-owner = owner
people-researcher = researcher
people-trainer = trainer
people-school = school
people-principal = principal
people-board = board member
people-board-schools = Choose at least three schools: of fewer, a board could read off what one school scored.
people-label = For whom
people-label-help = A name you recognise the link by.
people-schools = Schools
people-schools-help = One for a school or a principal, one or more for a trainer, three or more for a board.
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
instruments-status = Origin
instruments-collected = Asked of
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
know-who = The study "{ $title }" asks you this. Questions? { $contact }.
know-seen = Your answers are stored with your name. Your school, trainer and board never see them: only results over groups.
know-no-appraisal = Nothing of this is used to appraise you or your colleagues.
know-leadership = Results on leadership open to the principal first.
know-stop = You may skip questions and stop at any moment. You can withdraw { $until }.
until-day = until { $day }, that day included
until-closed = until this measurement closes ({ $day })
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
consent-research-about = May your answers be used for this research? The researchers work with codes instead of names. Without a yes you cannot go on. A no has no consequences for your work; colleagues can still name you.
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
rights-objects = See or take back your objection
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
way-objects = objects to being listed
way-refused = does not want to take part in the research
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
spared-objects = objects to being listed
spared-refused = does not want to take part in the research
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
board-filter = Which wave
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
# exports
exports-title = Data
exports-lead = Every table as a file for your statistics program, with a codebook. In the place of names there are keys that do not tell who somebody is. Every download is recorded.
exports-open = Not every wave is closed. Of an open wave you find here only how far everyone is; answers follow when the wave is closed.
exports-wave = Wave
exports-wave-all = all
exports-file = File
exports-about = What it holds
exports-rows = Rows
exports-download = Download
exports-warning = Take care.
# Staff lists, their changes, and colleagues written in.
rosters-title = Staff lists
rosters-lead = Read the schools' staff lists here. You first see what changes; only then is anything stored.
rosters-file = File with the list
rosters-file-help = CSV or Excel (.xlsx), up to 2 MB and 20,000 rows. One row per member of staff; several schools in one file are fine.
rosters-template = Example file (CSV)
rosters-template-header = school;school_name;cohort;board;person;name;email;role;groups;joined_on;left_on;language
rosters-template-group = group 3|lower years
rosters-upload = Look at the file
rosters-columns = Which columns?
rosters-columns-needed = Needed: school, name (or first name, prefix and last name), role, and person or email. With more than one cohort also: cohort. The person number or the e-mail address recognises someone the next time; nobody is merged by name.
rosters-columns-more = Also possible: school_name, board, more_roles, groups, joined_on, left_on, language (nl or en). Separate several roles or groups in one cell by | or ;. Someone at two schools has two rows with the same number.
rosters-columns-roles = Roles in this study: { $roles }.
rosters-columns-board = A board member has a board and no school.
rosters-lists = The lists as they are now
rosters-empty = Nobody is on a list yet.
rosters-school = School
rosters-key = Key
rosters-office = board's office
rosters-people = People
rosters-no-address = Without e-mail
rosters-version = Version
rosters-done = The lists are up to date: { $joined } joined, { $left } left, { $back } came back.
rosters-again = Choose another file
rosters-faults-title = The file is not in order yet
rosters-faults-lead = This was found in { $file }. Nothing was stored. Correct the file and read it again.
rosters-faults-more = And { $n } more.
rosters-fault-place = Place
rosters-fault-column = Column
rosters-fault-what = What it is
rosters-fault-file = whole file
rosters-fault-line = line { $line }
rosters-fault-cell = line { $line }, column { $column }
rosters-preview-title = What changes
rosters-preview-summary = { $lines } people on the list, { $unchanged } of them unchanged. Nothing has been stored yet.
rosters-nothing = Nothing changes.
rosters-changed = The lists were changed in the meantime. Below is the difference with the lists as they are now; nothing was stored.
rosters-conflicts = Correct first
rosters-conflicts-first = A school is in another cohort in the file. Correct the file first; nothing was stored.
rosters-conflict = { $school } is in cohort { $known }, and in the file in { $given }.
rosters-alike = Look alike ({ $n }): they stay two people
rosters-alike-name = { $name } and { $other } have the same name
rosters-alike-address = { $name } and { $other } have the same e-mail address
rosters-new-schools = New schools and offices ({ $n })
rosters-renamed-schools = Schools with another name ({ $n })
rosters-joins = Join ({ $n })
rosters-rejoins = Come back ({ $n })
rosters-dated-leaves = Leave on the day in the file ({ $n })
rosters-renames = Get another name ({ $n })
rosters-roles = Get other roles ({ $n })
rosters-groups = Get other groups ({ $n })
rosters-contacts = Another address, language or day of joining ({ $n })
rosters-none = none
rosters-leaves = Are not in the file any more
rosters-leaves-lead = Those you leave ticked leave on the day below. Those you do not tick stay on the list. What someone answered and who named them is kept.
rosters-leaves-on = First day on which someone is not there
rosters-leaves-doubt = { $lost } of the { $there } people at this school would leave. Is the file complete? That is why nobody is ticked.
rosters-leaves-before-joining = { $name } would leave before the first day. Choose a later day; nothing was stored.
rosters-moves-to = is now at { $school }
rosters-commit = Store this
roster-list-title = Staff list
roster-list-lead = { $n } people on { $day }
roster-on = The list as it was on
roster-show = Show
roster-name = Name
roster-email = E-mail (may stay empty)
roster-key = Person number (may stay empty)
roster-key-help = This recognises someone in the next file. If your list goes by e-mail address, leave it empty.
roster-role = Role in which someone counts
roster-more-roles = Other roles
roster-roles = Roles
roster-groups = Groups
roster-groups-several = Groups (several: separate them by ;)
roster-address = E-mail known
roster-language = Language of the invitation
roster-joined-on = Joined
roster-left-on = Left
roster-joined = joined { $day }
roster-left = left { $day }
roster-yes = yes
roster-no = no
roster-add = Add someone
roster-rename = Correct the name
roster-roles-and-groups = Roles and groups
roster-save-roles = Store roles and groups
roster-leave = Record leaving
roster-rejoin = Record coming back
roster-rejoin-on = First day on which someone is back
roster-move = To another school
roster-move-to = School
roster-move-on = First day at the new school
roster-merge = The same person
roster-merge-help = Is { $name } on the list twice? Then choose the double entry. Whoever named the double names this one from now on. This cannot be undone.
roster-merge-open = Choose a double entry
roster-merge-duplicate = The double entry, which goes
roster-history = What has changed
roster-history-none = Nothing has changed yet.
roster-effective = Holds from
roster-what = Change
roster-event-joined = joined
roster-event-left = left
roster-event-rejoined = came back
roster-event-moved = from or to another school
roster-event-renamed = another name
roster-event-roles = other roles
roster-event-groups = other groups
roster-event-contact = another address or language
roster-event-dates = another day of joining
roster-event-merged = merged with a double entry
change-no-such-school = This school is not known here.
change-not-on-the-list = This person is not on the list of this school.
change-no-name = Fill in a name.
change-no-such-role = Choose a role that belongs to this list.
change-already-there = This person is on the list of this school already.
change-leaves-before-joining = Nobody can leave before the first day. Choose a later day.
change-has-not-left = This person has not left by that day.
change-same-member = Choose the other, double entry.
change-both-answered = Both entries have answers in { $wave }. Which ones count cannot be known from here; nothing was changed.
change-no-day = Fill in a day, such as 2026-08-31.
write-ins-title = Colleagues written in
write-ins-lead = Names that respondents missed on the list and wrote in. You do not see who wrote a name. Say who it is: then the choice counts.
write-ins-none = Nobody was written in.
write-ins-times = by { $n ->
    [one] one respondent
   *[other] { $n } respondents
}
write-ins-board = around the board
write-ins-who = Who is { $name }?
write-ins-choose = First choose who it is.
write-ins-match = It is this person
write-ins-nobody = Nobody on the list
write-ins-add-first = First add someone to the list
write-ins-is = This is { $name }.
write-ins-is-nobody = Is not on the list.
write-in-unknown = This name was not written in here.
write-in-closed = This wave is closed; nothing can be changed in it any more.
write-in-not-on-the-list = This person was not on the list during this wave.
write-in-matched-already = This name was matched already.
fault-file_too_large = The file is too large. Leave out what is not the list, or deliver it in parts, whole schools together.
fault-old_workbook = This is a workbook of the old kind (.xls). Save it as .xlsx or CSV.
fault-not_a_workbook = This workbook cannot be read. Open it, save it again as .xlsx or CSV and try once more.
fault-cell_broken = A formula in this cell has no result. Fill in the value itself.
fault-too_many_rows = The list has more than 20,000 rows. Deliver it in parts, whole schools together.
fault-empty_file = There is nobody on the list. Add a row for each member of staff.
fault-file_empty = The file is empty. The first row names the columns; the staff follow.
fault-not_text = This is neither a text file nor a workbook. Save the list as CSV or .xlsx.
fault-not_a_table = This cannot be read as a table. Save the sheet as CSV again.
fault-column_twice = This column is there twice, or under two names. Remove or rename one.
fault-column_missing = The column “{ $value }” is missing. The first row now reads: { $list }.
fault-row_short = This row has too few cells. Is a separator or a quote missing?
fault-row_long = This row has too many cells. Put a text with a separator in it between quotes.
fault-value_missing = This cell is empty and has to be filled.
fault-not_an_address = “{ $value }” is no e-mail address. Correct it, or leave the cell empty.
fault-role_unknown = “{ $value }” is no role in this study. Use one of: { $list }.
fault-cohort_unknown = There is no cohort “{ $value }”. Use one of: { $list }.
fault-not_a_date = “{ $value }” is not a date that exists. Write 31-08-2026 or 2026-08-31.
fault-dates_backwards = The day of leaving is before the day of joining. Correct one of them.
fault-language_unknown = “{ $value }” is no language of this survey. Use nl or en.
fault-board_member_in_school = A board member is at no school, and here at “{ $value }”. Leave the school empty and fill in the board; for a second job add a row.
fault-board_missing = It is not said which board. Fill in the column board.
fault-school_key_reserved = “{ $value }” is the key of a board, not of a school. Use another key.
fault-school_differs = For “{ $value }” line { $line } says something else. Write the same on every row of a school.
fault-key_shared = “{ $value }” has the same number or address as someone with another name on line { $line }. Give each person their own, and one person the same name at every school.
fault-person_twice = “{ $value }” is on the list of this school already, on line { $line }, with another name, address or dates. Keep one, or write the same on both.

# objections, recorded by the owner
member-objection-title = Objection to being listed
member-objection-lead = If this person tells you that they object to being on the list, record it here. This is what happens then:
member-objection-made = There is an objection to being listed. This is what happens now:
member-objection-b-list = The name stays on the list and colleagues can name this person.
member-objection-b-ties = In the research data this person stands without role, group or other characteristics.
member-objection-c-list = The name is on no colleague's list any more.
member-objection-c-ties = Whatever colleagues said about this person is left out.
member-objection-own = This person's own answers are not used.
member-objection-mail = This person gets no more invitations and reminders.
member-objection-make = Record the objection
member-objection-lift = Take the objection back

# the columns of a staff list, as a list of one's own calls them
roster-column-school = school
roster-column-name = name
roster-column-role = role
roster-column-person = person” or “email
roster-column-cohort = cohort
# what an owner had to guess
todo-design = See how colleagues are asked about, what happens when someone objects, and when no mail goes out. Once a wave is open, that is settled.
rosters-columns-cohorts = Cohorts in this study: { $cohorts }.
roster-rename-save = Save this name
roster-move-save = Record the move
roster-merge-save = Merge into one person
board-how-far = How far each school is
invitations-all-done = Everyone who can be invited has been invited.
invitations-letters-left = { $n ->
    [one] Print the letter for 1 person without mail.
   *[other] Print the letters for { $n } people without mail.
}

# what may be said of a comparison
sentence-interval = [{ $lower }, { $upper }]
sentence-g = g = { $g }, 95% CI { $interval }
sentence-p = p { $p } ({ $method })
sentence-exact = exact
sentence-sampled = sampled
sentence-adjusted = p { $p } adjusted for the other comparisons ({ $by })
sentence-max-t = maxT
sentence-holm = Holm
sentence-bh = Benjamini-Hochberg
sentence-unadjusted = not adjusted
sentence-undefined = { $name }: the comparison cannot be made ({ $why }).
sentence-higher = { $name } is higher in the { $high } schools of the high group than in the { $low } of the low group: { $statistics }.
sentence-lower = { $name } is lower in the { $high } schools of the high group than in the { $low } of the low group: { $statistics }.
sentence-small = The difference is shown, and it is smaller than the ±{ $margin } that was agreed to matter.
sentence-equivalent = { $name } is equivalent in the { $high } schools of the high and the { $low } of the low group, within the margin of ±{ $margin } that was set beforehand: { $statistics }.
sentence-cannot-tell = One cannot tell whether { $name } differs between the { $high } schools of the high and the { $low } of the low group: { $statistics }.
sentence-excluded = The data exclude differences beyond g = { $lower } and g = { $upper }.
sentence-excluded-in-units = The data exclude differences beyond g = { $lower } and g = { $upper } (in its own units { $from } and { $to }).
sentence-unseen = This comparison could not have been relied on to see a difference smaller than d = { $d }: one of that size is found in four out of five such comparisons.
sentence-unseen-in-units = This comparison could not have been relied on to see a difference smaller than d = { $d } (in its own units { $units }): one of that size is found in four out of five such comparisons.
sentence-all-related = Over all { $n } schools it goes with the effect: r = { $r }, 95% CI { $interval }, p { $p }.
sentence-all-cannot-tell = Over all { $n } schools one cannot tell whether it goes with the effect: r = { $r }, 95% CI { $interval }, p { $p }. Excluded are correlations beyond { $lower } and { $upper }; one smaller than { $detectable } could not have been relied on to show.
sentence-all-cannot-tell-few = Over all { $n } schools one cannot tell whether it goes with the effect: r = { $r }, 95% CI { $interval }, p { $p }. Excluded are correlations beyond { $lower } and { $upper }.
sentence-all-undefined = Over all { $n } schools the relation with the effect cannot be told ({ $why }).
sentence-no-plan = There is no locked plan: everything here is exploratory.
sentence-plan-of-design = The plan follows from the design of the study; it was not chosen after seeing the data.
sentence-locked = The plan was locked on { $on }, before { $after } (there were data of { $before } then).
sentence-locked-first = The plan was locked on { $on }, before { $after }; there were no data yet.
sentence-locked-late = The plan was locked on { $on }, when every wave was there: the lock does not show that it came before the data.
sentence-no-deviations = There is no departure from it.
sentence-deviations = { $n ->
    [one] There is one departure from it:
   *[other] There are { $n } departures from it:
  }
sentence-deviation = { $field } (locked { $locked }, used { $used })
sentence-deviation-beside = { $field } (locked { $locked }, used { $used }; bears on no test)
research-lead-plan = One test, one effect and one verdict per outcome. Everything else stands one step behind: follow the name of an outcome.
research-planned = The planned comparisons
research-p-of = p { $by }
research-excluded-groups = Excluded (90 %): g outside { $lower } to { $upper }.
research-excluded-all = Over all { $n } schools r = { $r }; excluded: r outside { $lower } to { $upper }.
research-unseen-groups = With { $high } against { $low } schools, a difference smaller than d = { $d } could not have been relied on to show.
research-unseen-all = Over all { $n } schools, neither could a correlation with the effect smaller than { $r }.
research-unseen-own = Here with fewer schools: { $text }
research-all-related-in-short = Over all { $n } schools it goes with the effect: r = { $r } { $interval }.
research-all-undefined-in-short = Over all { $n } schools: not defined ({ $why }).
research-exploratory = Beside the plan: exploratory
research-exploratory-lead = These comparisons were not in the plan. Their p-values are held against each other (Benjamini-Hochberg): among those called different, one in twenty may be so by chance.
research-groups-note = Groups: { $reason }
research-groups-decided = decided on { $on }
research-change = change { $wave }
outcome-title = One outcome from every side
outcome-back = Back to the comparisons
outcome-exploratory = This comparison was not in the plan: it is exploratory.
outcome-planned = This comparison was planned.
outcome-numbers = The planned test
outcome-n = Schools, high / low
outcome-means = Means, high / low
outcome-difference = Difference [95 %]
outcome-excluded-units = Excluded: differences outside (90 %)
outcome-p-raw = p by itself
outcome-assignments = { $method }, { $n } assignments
outcome-p-bh = p Benjamini-Hochberg
outcome-detectable = Seen with 80 % probability
outcome-methods = By other methods
outcome-methods-lead = None of these decides: they show whether the conclusion hangs on the method.
outcome-method = Method
outcome-estimate = Estimate [95 %]
outcome-statistic = Statistic
outcome-df = df
outcome-p = p
outcome-all = Over all schools
outcome-slope = Points of effect per unit [95 %]
outcome-slope-sd = per standard deviation
outcome-tau2 = Variance of the effects that is left (τ²)
outcome-cohorts = Cohorts (compared within them)
outcome-detectable-r = Correlation seen with 80 % probability
outcome-sizes = With other numbers of schools
outcome-size = Schools a side
outcome-size-plan = { $size } (the plan)
method-studentised_permutation = permutation, each group with its own variance
method-permutation_interval = interval of the permutation test
method-student_t = Student's t
method-welch_t = Welch's t
method-rank_sum = Wilcoxon-Mann-Whitney, exact (U)
method-hodges_lehmann = Hodges-Lehmann shift
method-brunner_munzel = Brunner-Munzel: probability that a school of the high group has more
method-brunner_munzel_permuted = Brunner-Munzel, permuted
method-cliffs_delta = Cliff's delta
method-glass_delta = Glass's delta
method-tost = two one-sided tests against the margin (g, 90 % interval)
method-bayes_factor = Bayes factor BF10 (JZS, Cauchy .707; estimate: posterior median of d)
method-team_size_adjusted = at equal team size (Freedman-Lane)
# effects of schools from a model of pupils' growth
effects-summary = The mean effect over the schools is { $mean }; true effects of schools have a standard deviation of about { $sd }.
effects-growth-before = Before the start pupils grew { $before } points a school year.
effects-note-two-stage = There is no model of these scores: the effects are the plain difference of growth since the start and before it, pupil by pupil, without shrinkage, reliability or probabilities. The warnings in the report say why.
effects-note-no-pupil-slopes = There are too few scores per pupil for pupils to differ in their growth: in the model they differ in their level alone, and standard errors may be somewhat small.
effects-note-boundary = In the model a variance is zero, or two terms move as one: the scores do not tell them apart.
effects-figure = Effect per school, with comparison intervals
effects-described = { $schools } schools from the largest effect to the smallest. The dot is the school's own estimate, filled where the school is in one of the compared groups; the cross is the estimate drawn towards all schools; the thick line is the comparison interval, the thin line the 95 % interval. The table that follows has the same numbers.
effects-axis = points a school year
effects-mean = mean
effects-zero = effect of zero
effects-comparison-lead = Where the thick lines of two schools do not overlap, the two differ at about the 5 % level; where they overlap, their order may be chance.
effects-not-a-rank = A place in this row is not a rank: how probable it is that a school is truly among the { $top } largest stands in the table.
effects-comparison = Comparison interval
effects-shrunken = Shrunken
effects-reliability = Reliability
effects-top = P(top { $top })
effects-months = Months
effects-columns = Effect: what the school's own pupils say; groups are chosen by it. Shrunken: the same drawn towards the mean of all schools, the more the less reliable it is. Reliability: share of the spread that lies between schools and not in the estimation. P(top { $top }): how probable it is that the school is truly among the { $top } largest. Months: extra months of schooling per school year, 12 × effect / mean growth before.
effects-df = Degrees of freedom
effects-facts = What the effect goes with
effects-facts-lead = How much larger the effect is where schools differ in a fact, with level and growth before allowed to differ too. Schools were not assigned to these facts: other differences between them may be behind it.
effects-fact = Fact
effects-fact-share = Share of pupils with weight 1.2, from none to all
effects-fact-school_weight = School weight, per point
effects-fact-mathematics = Mathematics
effects-fact-cohort = Cohort
effects-level-throughout = throughout, compared with not
effects-level-part = in part, compared with not
effects-difference = Difference in effect
effects-interval = Interval
effects-models = The models in full
effects-model-rows = { $rows } scores; units: { $units }.
effects-model-left-out = { $rows } rows lack a value that the model needs and are left out.
effects-model-not-fitted = Not fitted: { $why }.
effects-term = Term
effects-kind = Kind
effects-estimate = Estimate
effects-kind-fixed = fixed
effects-kind-variance = variance
effects-kind-covariance = covariance
effects-kind-correlation = correlation
effects-kind-residual = residual variance
effects-kind-criterion = criterion

# whether a team mean may be formed, beside a comparison
sentence-team-mean-aggregate = The mean of a team may be formed here: schools differ, their means are reliable and colleagues agree.
sentence-team-mean-aggregate_with_care = Read these means with care: schools differ, but their means are not very reliable or colleagues often disagree.
sentence-team-mean-do_not_aggregate = It is not shown that schools differ in this at all: the mean of a team says little about the team.
outcome-team-mean = Mean of a team
# what the numbers of scales are worth
nav-scales = Scales
scales-title = What the numbers of the scales are worth
scales-lead = For each scale and wave: whether its items hang together, whether colleagues agree, and whether the mean of a team says something about the team.
scales-none = No scale has been answered yet.
scales-summary = In { $yes } of the { $n } times that a scale was asked a team mean may be formed, in { $care } with care, in { $no } not.
scales-scale = Scale
scales-answered = Answered
scales-in-schools = { $n ->
    [one] 1 school
   *[other] { $n } schools
}
scales-items = Items
scales-mean = Mean of team means
scales-range = scale { $from }–{ $to }
scales-alpha = Alpha
scales-omega = Omega
scales-median = Median rwg(j)
scales-verdict = Team mean?
scales-interval = [{ $lower }, { $upper }]
scales-of-people = { $interval } per person
scales-small-print = Below each number its 95% interval: of alpha and omega by drawing the schools again and again, of ICC(1) and ICC(2) from the analysis of variance.
scales-rule = A team mean may be formed if schools are shown to differ (p of ICC(1) below { $p }), ICC(2) is at least { $reliable } and the median of rwg(j) at least { $agreed }. If besides the first only one of the other two is met: with care; else not. The thresholds are those usual in the field; how they are weighed together is a convention of this program.
scales-few-schools = With fewer than 30 schools the intervals of alpha and omega are too narrow.
scales-of-schools = of { $n }
scales-not-by-itself = Alpha and omega say whether items hang together, not whether they measure what was meant.
scales-verdict-aggregate = may be formed
scales-verdict-with-care = with care
scales-verdict-not = not: read the answers per person
scales-not-judged = not judged
scales-because-all = Schools differ, their means are reliable and colleagues agree.
scales-because-but = Schools differ, but { $what }.
scales-because-but-both = Schools differ, but { $one } and { $other }.
scales-because-not-shown = It is not shown that schools differ: ICC(1) is { $icc }, p { $p }.
scales-because-unknown = Whether schools differ cannot be told: { $why }.
scales-missed-reliable = the mean of a team is not very reliable (ICC(2) is { $value }, asked is { $asked })
scales-missed-reliable-unknown = how reliable the mean of a team is cannot be told ({ $why })
scales-missed-agreed = colleagues often disagree (the median of rwg(j) is { $value }, asked is { $asked })
scales-missed-agreed-unknown = whether colleagues agree cannot be told ({ $why })
scales-why-nothing_observed = nothing of it was observed
scales-why-no_ties = there are no ties
scales-why-too_few_actors = there are too few people
scales-why-response_too_low = too few people took part
scales-why-no_variation = all values are equal
scales-why-too_few_units = there are too few schools or people
scales-why-too_few_items = the scale has too few items
scales-why-too_few_answers = there are too few answers
scales-why-not_finite = a value is not an ordinary number
scales-why-no_convergence = the computation did not settle
scales-why-too_many_actors = there are too many people to compute this
scales-why-no_two_paths = there are no paths over a colleague
scales-why-unreachable = not everyone can be reached
scales-why-one-item = one item has no consistency; ask it again later and correlate the two answers
scales-why-two-items = cannot be told from two items; the Spearman-Brown reliability stands among the other measures
scales-why-three-items = cannot be told from three items: the rest of the scale is a pair. Read the items by their wording; alpha and omega are given with their intervals
scales-why-one-direction = no item is worded against the others, so equal answers contradict nothing
scales-why-no-null = it is not known what answers without agreement would look like
scales-why-not-kept = not computed by an earlier version of this program
scales-heywood = the model fits badly: an item has no share of its own (Heywood case)
scales-definitions = What alpha, omega, ICC(1), ICC(2) and rwg(j) mean
scales-what-alpha = How strongly the items of the scale hang together, from 0 to 1, if all items count equally (Cronbach's alpha, over those who answered every item).
scales-what-omega = What share of the differences in scores rests on one underlying trait, if the items need not count equally for it (omega total from a model with one factor).
scales-what-icc_1 = What share of the differences between people is a difference between schools; 0 is: the school someone works at says nothing about the answer.
scales-what-icc_2 = How reliable the mean of a team is: how well it would come back if other colleagues of the same school were asked.
scales-what-rwg_j = How much the colleagues of one school agree, compared with answers spread evenly over all options; 1 is in full agreement, 0 is as if by lot. Whoever holds that people lean to one side anyway looks at the skewed distribution among the other measures.
scales-what-interval = Were the study repeated, such an interval would hold the value that is true of all schools in 95 of 100 times.
scales-what-item_rest = How strongly an item goes with the other items of the scale; below zero is a sign that it is read differently or has yet to be reversed.
scales-what-alpha_if_dropped = What alpha would be without this item; that alone is no reason to leave an item out.
scales-term-interval = 95% interval
scales-each = Scale by scale
scales-each-lead = Behind each scale: its items, the agreement in schools, and how carefully it was answered.
scales-items-of = Items, { $wave }
scales-item = Item
scales-reversed = scored in reverse
scales-no-items = The wording of these items is not kept with this study: their keys are shown.
scales-agreement = Agreement in schools
scales-agreement-figure = Agreement among colleagues, a stroke per school (rwg(j))
scales-agreement-described = { $waves ->
    [one] One wave.
   *[other] { $waves } waves, one below the other.
} Each stroke is a school, the shade the middle half of the schools, the thick stroke the median; from the dashed line at { $agreed } colleagues are said to agree. The table below gives the same numbers.
scales-axis = rwg(j): 0 no agreement, 1 in full agreement
scales-schools = Schools
scales-lowest = Lowest
scales-first-quartile = First quartile
scales-middle = Median
scales-third-quartile = Third quartile
scales-highest = Highest
scales-share-agreed = Schools with { $agreed } or more
scales-set-to-zero = Set to 0
scales-set-to-zero-help = Set to 0: in these schools answers differ more than if drawn by lot, and the number has no meaning.
scales-quality = How it was answered
scales-quality-help = With few items equal answers in a row are common. A sign alone is no reason to leave someone out.
scales-measure = Measure
scales-more = Other measures
scales-measure-item_mean = Mean
scales-measure-item_sd = SD
scales-measure-item_rest = Item-rest
scales-measure-alpha_if_dropped = Alpha if dropped
scales-measure-difficulty = Share right
scales-measure-item_total = Item-total
scales-measure-item_missing_share = Left open
scales-measure-missing_share = Items left open
scales-measure-long_string = People with half of the answers or more equal in a row
scales-measure-straight_lining = People who answered all items alike, opposite ones too
scales-measure-reverse_inconsistency = People whose answers to opposite items contradict each other
scales-measure-alpha_complete = Alpha, interval per person (Feldt)
scales-measure-alpha_pairwise = Alpha, pairwise (everyone counts)
scales-measure-spearman_brown = Spearman-Brown reliability of two items
scales-measure-kr_20 = KR-20
scales-measure-sem = Standard error of the number right
scales-measure-icc_1_exact_k = ICC(1) with the exact team size
scales-measure-icc_1_p_value = p of ICC(1)
scales-measure-icc_mixed = ICC from a mixed model
scales-measure-rwg_j_skewed_median = Median rwg(j) against a skewed distribution
scales-measure-r_star_wg_j_mean = Mean r*wg(j)
scales-measure-ad_m_j_mean = Mean deviation in the school (AD), in scale points
outcome-one-step = In one model of all pupils, points per standard deviation [95 %]

# the page of a school
number-0 = zero
number-1 = one
number-2 = two
number-3 = three
number-4 = four
number-5 = five
number-6 = six
number-7 = seven
number-8 = eight
number-9 = nine
number-10 = ten
about-goals = goals
about-approach = approach
about-progress = pupils' progress
school-ready = { $n ->
    [one] The results of wave { $waves } are ready.
   *[other] The results of waves { $waves } are ready.
}
school-ready-about = They are for your own school. We note the day on which they are first opened, because seeing results does something in itself. We do not note who opens them.
school-open = Open the results
school-begin = To begin with
school-relation-title = Conversations about { $relation }
school-whole = all on one page
school-compared = Groups compared
said-response = { $many } of the { $of } colleagues filled in the questions; where answers are missing, we give a range.
said-response-all = All { $of } colleagues filled in the questions.
said-density = Of every ten times that someone could have named a colleague for a conversation about { $relation }, it happened { $about ->
    [1] about once
    [2] twice
    [9] about nine times
   *[other] { $word } times
} (range { $from } to { $to }).
said-reciprocity = Of every ten pairs in which one named the other for a conversation about { $relation }, { $about ->
    [1] about one named each other
    [9] about nine named each other
   *[other] { $word } named each other
} (range { $from } to { $to }); { $about ->
    [9] in the remaining one
   *[other] in the other { $rest }
} only one of the two named the other.
said-differently = You see that conversation differently; nobody is wrong.
said-alike = { $least ->
    [0] The middle group of schools of your size lies at no more than { $most ->
        [1] once
        [2] twice
       *[other] { $to } times
    }.
   *[other] { $most ->
        [10] The middle group of schools of your size lies at { $from } times or more.
       *[other] The middle group of schools of your size lies between { $from } and { $to } times.
    }
} More is not of itself better.
said-alike-few = There are too few schools of your size to lay beside yours.
said-moved = { $n ->
    [0] nobody came or went
    [one] { $many } colleague came or went
   *[other] { $many } colleagues came or went
}
said-change-small = The change since the previous wave ({ $wave }) is too small to say anything about{ $told ->
    [0] .
   *[other] ; { $moved }.
}
said-change-more = Those who were also there at the previous wave ({ $wave }) now name each other more often for a conversation about { $relation }.
said-change-less = Those who were also there at the previous wave ({ $wave }) now name each other less often for a conversation about { $relation }.
said-change-more-all = For a conversation about { $relation } someone is now named more often than at the previous wave ({ $wave }){ $told ->
    [0] .
   *[other] ; { $moved }.
}
said-change-less-all = For a conversation about { $relation } someone is now named less often than at the previous wave ({ $wave }){ $told ->
    [0] .
   *[other] ; { $moved }.
}
said-change-stayed = The drawing is of the whole team at both moments; { $moved }.
said-change-withheld = Whether anything changed since the previous wave ({ $wave }), we do not show.
said-even-more = Conversations about { $relation } are now spread more evenly over the team than at the previous wave ({ $wave }).
said-even-less = Conversations about { $relation } are now spread less evenly over the team than at the previous wave ({ $wave }).
said-even-stayed = This is about those who were there both times.
said-less-often = { $a } and { $b } name each other less often about { $relation } than about { $than }.
said-mean = On average { $mean } on a scale from { $least } to { $most }, over { $many } { $n ->
    [one] colleague
   *[other] colleagues
}.
said-mean-alone = On average { $mean } on a scale from { $least } to { $most }.
said-mean-small = The change since the previous wave ({ $wave }) is too small to say anything about.
said-mean-more = That is higher than at the previous wave ({ $wave }).
said-mean-less = That is lower than at the previous wave ({ $wave }).
said-mean-usual = The middle group of all schools lies between { $from } and { $to }.
said-answer = ‘{ $a }’
said-answers-two = ‘{ $a }’ or ‘{ $b }’
said-answers-more = ‘{ $a }’ to ‘{ $b }’
said-most = Most colleagues choose { $answers } for:
said-most-above = Most answers lie above the middle for:
said-most-below = Most answers lie below the middle for:
said-in-between = Most answers lie around the middle for:
said-divided = The answers differ widely for:
said-of-one = { $lead } “{ $item }”.
said-items-withheld = { $n ->
    [one] One statement we do not show, so that nobody can work out what one colleague filled in.
   *[other] The answers to { $many } statements we do not show, so that nobody can work out what one colleague filled in.
}
begin-all = So what is below is about the whole team.
begin-nearly-all = So what is below is about nearly the whole team.
begin-thanks = Thanks to everyone who took the time.
begin-rose = { $title }: the team comes out higher than at the previous wave ({ $wave }), now { $mean } on average, on a scale from { $least } to { $most }.
begin-high = { $title }: the team comes out at { $mean } on average, on a scale from { $least } to { $most }.
begin-pairs = { $relation }: of every ten pairs in which one named the other, { $about ->
    [9] about nine
   *[other] { $word }
} named each other.
ask-less-often = { $a } and { $b } name each other less often about { $relation } than about { $than }. Why is that, and would anyone want it otherwise?
ask-even-more = Conversations about { $relation } are spread more evenly over the team than before. What do you notice of that?
ask-even-less = Conversations about { $relation } are spread less evenly over the team than before. What makes it so, and does it fit how you want to work?
ask-less-than-others = About { $relation } you name each other less often than the middle group of schools of your size. Does that fit what you need?
ask-more-than-others = About { $relation } you name each other more often than the middle group of schools of your size. Does that fit what you need?
ask-pairs = When is something a conversation about { $relation } to you? Compare your answers: where do you see it differently?
ask-divided = On “{ $item }” the answers differ widely. Which experiences lie behind that?
ask-mean-more = { $title }: higher than at the previous wave. What happened in that time that you want to hold on to?
ask-mean-less = { $title }: lower than at the previous wave. What happened in that time?
ask-moved = Since the previous wave { $many } colleagues came or went. How does someone new find the way into these conversations?
picture-response = { $many } of the { $of } colleagues
picture-ten = { $word } of every ten times, range { $from } to { $to }
picture-pairs = { $word } of every ten pairs name each other, range { $from } to { $to }
picture-now = now
picture-change = Of every ten times { $was } at wave { $then } and { $is } now
picture-even-more = An example, not your team: first one colleague is named much more often, then all about as often
picture-even-less = An example, not your team: first all are named about as often, then one colleague much more often
picture-less-often = { $a } and { $b }: about { $relation } less often than about { $than }, in ranges of every ten times
strip-title = Named for a conversation about { $relation }, per wave
strip-axis = of every ten times
strip-value = Named, of every ten times
strip-said = { $from } to { $to }
strip-usual = middle group of schools of your size
profile-title = Mean of the team, per wave
profile-scale = Subject
profile-mean = Mean
profile-usual = middle group of all schools
picture-lean = Where most answers lie, from low to high: { $where }
picture-lean-most_agree = above the middle
picture-lean-most_disagree = below the middle
picture-lean-in_between = around the middle
picture-lean-divided = on both sides
school-picture-kind = Picture
school-picture-groups = groups
school-picture-persons = with persons
persons-title = With persons: { $relation }, wave { $wave }
persons-described = { $n } colleagues who agreed to being drawn by name, and { $ties } times that one of them named another.
persons-lead = Only those who agreed are in this picture. The place of a dot says nothing about importance; those who name each other more often stand closer together, at the same place in every wave.
persons-others = { $n ->
    [one] One colleague is not in it.
   *[other] The other { $many } colleagues are not in it.
}
persons-mutual = named each other
persons-one-way = one named the other
persons-person = Colleague
persons-named = Named
persons-people = Colleagues
