# Woorden van de pagina's. Elke sleutel staat ook in en.ftl, in dezelfde volgorde.

product = Schakel
simulated = Gesimuleerde gegevens: deze scholen en mensen bestaan niet.
skip-to-content = Naar de inhoud
language-this = Nederlands
language-other = English
leave = Afsluiten
questions = Vragen over het onderzoek? { $contact }

month-1 = januari
month-2 = februari
month-3 = maart
month-4 = april
month-5 = mei
month-6 = juni
month-7 = juli
month-8 = augustus
month-9 = september
month-10 = oktober
month-11 = november
month-12 = december
minutes = { $n ->
    [one] 1 minuut
   *[other] { $n } minuten
  }

enter-title = Uw link openen
enter-lead = Druk op Start. Staat het veld leeg, typ dan de code die onder uw link staat.
enter-code = Code
enter-code-help = Zestien tekens, bijvoorbeeld K7Q2-9XW4-TB3H-J6RM. Hoofdletters en streepjes maken niet uit.
enter-start = Start
enter-unknown = Deze link of code is niet in gebruik. Kijk of alle tekens er staan, of vraag degene die u uitnodigde om een nieuwe.
enter-slow = Er is te vaak een verkeerde code geprobeerd. Wacht een minuut en probeer het dan opnieuw.
home-title = Hoe werkt uw team samen?
home-lead = Schakel brengt in kaart met wie teamleden op school spreken over doelen, aanpak en voortgang, en hoe dat verandert.
home-respond = Heeft u een uitnodiging? Open dan de link daarin, of typ hier de code.

start-title = Welkom, { $name }
start-lead = U bent uitgenodigd namens { $school } voor meting { $wave }.
start-about = Dit wordt u gevraagd
start-go = Beginnen
start-continue = Verdergaan
start-closes = Open tot { $at }. Elke pagina wordt bewaard: u kunt later verdergaan, ook op een ander apparaat.
not-open-title = Nog niet open
not-open-lead = Deze vragenlijst gaat open op { $at }. Uw link werkt vanaf dat moment.
closed-title = Gesloten
closed-lead = Deze meting is gesloten. Wat u al had ingevuld is bewaard: { $n } { $n ->
    [one] antwoord
   *[other] antwoorden
  }. U hoeft niets meer te doen.
nothing-due-title = Niets in te vullen
nothing-due-lead = In deze meting is er voor u niets in te vullen.

page-of = Pagina { $page } van { $pages }
saved-at = Bewaard om { $at }
page-back = Vorige
page-next = Bewaren en verder
page-later = Bewaren en later verdergaan
rating-none = geen antwoord
required-none = U mag vragen overslaan.
roster-help = Uzelf staat niet in de lijst. Noem zo veel of zo weinig collega's als u wilt.
roster-find = Zoek een collega
roster-nobody = Met niemand
roster-nobody-help = Alleen aankruisen als u dit echt met niemand bespreekt. Overslaan is iets anders.
roster-empty = Er staan geen collega's op de lijst van uw school.
answer-not-an-option = Kies een van de gegeven antwoorden.
answer-not-a-number = Vul een getal in, bijvoorbeeld 12 of 7,5.
answer-out-of-range = Dit getal ligt buiten wat mogelijk is.
answer-too-long = Deze tekst is te lang.
answer-nobody-and-somebody = U kruiste collega's aan én "met niemand". Haal een van beide weg.
answer-not-on-the-roster = Een van de genoemde collega's staat niet (meer) op de lijst. Kies opnieuw.
faults-title = Nog niet alles kon bewaard worden
faults-lead = De andere antwoorden op deze pagina zijn bewaard.
conflict-title = Er is ergens anders iets anders ingevuld
conflict-lead = U vulde deze vragen ook op een ander apparaat of in een ander tabblad in. Druk nog eens op bewaren om te houden wat hier is ingevuld, of neem wat bewaard is.
conflict-reload = Neem wat bewaard is

check-title = Klaar om te versturen?
check-all = U beantwoordde alle { $n } vragen.
check-some = U beantwoordde { $n } van de { $of } vragen. Overslaan mag.
check-page = Ga naar deze pagina
check-answered = { $n } van { $of } beantwoord
check-send = Versturen
check-send-help = Na het versturen kunt u niets meer wijzigen.
receipt-title = Dank u wel
receipt-lead = Uw antwoorden zijn binnen en tellen mee.
receipt-number = Uw ontvangstbewijs
receipt-at = Ontvangen op { $at }
receipt-next = U hoeft niets meer te doen. Na het sluiten van de meting krijgt uw school een beeld van het team, zonder namen.
later-title = Bewaard
later-lead = Open dezelfde link of typ dezelfde code om verder te gaan.

role-owner = Respons
role-trainer = Mijn scholen
role-school = Onze school
role-researcher = Onderzoek
nav-contrast = Vergelijking
nav-schools = Scholen
nav-effects = Effecten
nav-report = Rapport
nav-response = Respons

response-title = Respons
response-lead = Per school en meting: uitgenodigd, begonnen, verstuurd. Wie nog niet verstuurde, ziet alleen u, achter de laatste kolom.
response-school = School
response-cohort = Cohort
response-wave = Meting
response-invited = Uitgenodigd
response-started = Begonnen
response-submitted = Verstuurd
response-rate = Respons
response-state = Stand
response-total = Alle scholen
phase-not-yet-open = nog niet open
phase-open = open
phase-overtime = tijd voorbij, nog niet gesloten
phase-closed = gesloten
response-windows = Meetmomenten
response-opens = Opent
response-closes = Sluit
response-close = Sluiten en uitkomsten berekenen
response-close-help = Sluiten kan niet ongedaan gemaakt worden. Daarna worden de uitkomsten berekend.
response-close-confirm = Ja, deze meting sluiten
trainer-title = Mijn scholen
trainer-lead = Hoe ver de scholen die u begeleidt zijn met invullen. Alleen aantallen.
trainer-empty = Er zijn nog geen scholen aan uw link verbonden.

school-title = { $school }
school-dated = Gemaakt op { $at }, over meting { $wave }.
school-none-title = Nog geen uitkomsten
school-none-lead = Uitkomsten verschijnen nadat een meting voor uw school gesloten is.
school-picture-lead = Elke cirkel is een groep collega's. Hoe breder een lijn, hoe vaker collega's van de ene groep iemand uit de andere noemden. Het getal onder de groepsnaam zegt hoe vaak collega's elkaar binnen de groep noemden.
school-picture-caption = Groepsbeeld: { $relation }, meting { $wave }
school-relation = Waarover
school-wave = Meting
school-more = Meer is niet vanzelf beter.
band-cell = { $from }–{ $to } van 10
school-table = Dezelfde uitkomsten in een tabel
school-table-from = Van
school-table-to = Naar
school-table-share = Genoemd, van elke tien mogelijkheden
school-within = binnen de groep
school-group-n = { $n } { $n ->
    [one] collega
   *[other] collega's
  }
school-scales = Wat er gevonden wordt
school-talk = Om over te praten
school-talk-1 = Herkent u dit beeld? Waar past het wel en waar niet bij hoe u samenwerkt?
school-talk-2 = Over welk onderwerp zou u elkaar vaker of juist minder vaak willen spreken, en wat is daarvoor nodig?
relation-goals = doelen
relation-approach = aanpak
relation-progress = voortgang van leerlingen
group-and = en
group-merged = { $a } en { $b }
withheld-too-few-people = Dit tonen we niet, zodat niemand kan afleiden wat één collega heeft ingevuld.
withheld-team-too-small = Bij een team van minder dan acht mensen tonen we dit niet, zodat niemand kan afleiden wat één collega heeft ingevuld.
withheld-response-too-low = Te weinig collega's vulden de vragen in om hier iets over te zeggen.
withheld-not-defined = Hierover is geen uitkomst: er is niemand genoemd of het is niet gevraagd.
withheld-nearly-unanimous = Dit cijfer tonen we niet, zodat niemand kan afleiden wat één collega heeft ingevuld.
withheld-would-tell-others = Samen met wat al is getoond, zou dit verraden wat enkele collega's hebben ingevuld. Daarom tonen we het niet.
withheld-no-consent = Er is geen tekening met personen: te weinig collega's stemden ermee in, of te weinigen zouden erbuiten blijven.
withheld-short = niet getoond

research-title = Scholen met groot en met klein effect vergeleken
research-none-title = Nog geen uitkomsten
research-none-lead = Er is nog geen meting gesloten.
research-rule = De { $high } scholen met het grootste effect op de leerlingen tegen de { $low } met het kleinste.
research-no-groups = Er is nog geen vergelijking: die kan pas als de laatste meting van een cohort gesloten is en de scores van de leerlingen er zijn. De netwerkmaten per school staan er wel.
research-all-waves = alle metingen
research-figure = Verschil tussen de groepen (Hedges' g, hoog min laag) met 95 %-interval
research-outcome = Uitkomst
research-wave = Meting
research-relation = Relatie
research-n = n hoog / laag
research-lower = lager bij groot effect
research-higher = hoger bij groot effect
research-axis = Hedges' g met 95 %-interval
research-described = { $rows } uitkomsten, waarvan { $different } verschillend (gevuld rondje). De tabel hieronder geeft dezelfde getallen.
research-not-defined = niet bepaald
research-g = g [95 %]
research-p-maxt = p maxT
research-verdict = Oordeel
verdict-different = verschillend
verdict-equivalent = gelijkwaardig
verdict-cannot-tell = niet te zeggen
research-reading = "Niet te zeggen" betekent niet dat er geen verschil is: eronder staat welke verschillen (in g) en welke correlaties niet passen bij de gegevens. Wat niet is uitgesloten, is ook niet aangetoond.
research-not-unimportant = Factoren die het verschil niet verklaren zijn niet per definitie onbelangrijk voor de implementatie.
research-show = Toon
research-provenance = Herkomst
research-snapshot = Momentopname
research-plan = Analyseplan
research-program = Programma
research-seed = Toevalsgetal
research-treatment = Ontbrekende antwoorden
research-instruments = Instrumenten
research-exclusions = Niet meegeteld
research-undefined = niet bepaald: { $why }
schools-title = Netwerkmaten per school
schools-lead = Elke maat met de grenzen die mogelijk zijn als de ontbrekende antwoorden bekend waren.
schools-n = Actoren
schools-response = Respons
effects-title = Effect per school
effects-lead = Wat leerlingen sinds de start per schooljaar meer groeiden dan daarvoor, in punten van de toetsschaal: uit één model van alle leerlingen van alle scholen.
effects-effect = Effect
effects-se = Standaardfout
effects-before = Groei ervoor
effects-during = Groei tijdens
effects-pupils = Leerlingen
effects-group = Groep
effects-weight = Gewicht
effects-by-weight = Naar leerlinggewicht
effects-by-weight-lead = Het gewicht is een categorie en nooit een getal: de winst hoeft er niet mee op te lopen. Elk gewicht heeft in het model een eigen helling; de standaardfout houdt er rekening mee dat leerlingen van één school bij elkaar horen. Tabel van gewichten: { $table }.
effects-high = hoog
effects-low = laag
measure-density = dichtheid
measure-dyadic_reciprocity = wederkerigheid (tweetallen)
measure-tie_reciprocity = wederkerigheid (relaties)
measure-in_degree_centralization = centralisatie, genoemd worden
measure-out_degree_centralization = centralisatie, noemen

problem-title = Dat lukte niet
problem-reference = Er ging bij ons iets mis. Er is niets verloren wat al bewaard was. Noem bij navraag dit nummer: { $reference }
problem-not-found = Deze pagina bestaat niet.
problem-no-visit = Deze pagina is alleen te openen met een link of code. Open uw link opnieuw. Was u aan het invullen? Open uw link dan in een ander tabblad, ga hier terug en druk nog eens op bewaren: wat u invulde staat nog op die pagina.
problem-other-site = Dit formulier kwam van een andere website en is niet verwerkt. Open de pagina opnieuw en probeer het nog eens.
problem-not-saved = Uw antwoorden zijn niet bewaard. Ga terug in uw browser: ze staan nog op de pagina. Probeer het over een minuut opnieuw.
problem-closed = Deze meting is gesloten. Wat eerder bewaard was, blijft bewaard.
problem-submitted = U heeft deze vragenlijst al verstuurd.
problem-not-yet-open = Deze meting is nog niet open.
problem-bad-form = Het formulier kon niet gelezen worden. Open de pagina opnieuw.
problem-home = Naar het begin
withdrawn-title = Ingetrokken
withdrawn-lead = U hebt uw antwoorden ingetrokken. Er is niets van bewaard.
problem-withdrawn = U hebt uw antwoorden ingetrokken.
answer-not-a-date = Vul een datum in, zoals 31-8-2026.
answer-too-many = U koos meer antwoorden dan er gevraagd worden.
nav-study = Opzet
nav-rosters = Personeelslijsten
nav-instruments = Vragenlijsten
nav-texts = Teksten
nav-invitations = Uitnodigingen
nav-exports = Gegevens

# Een onderzoek opzetten, de opzet en de generale repetitie: pagina's van de eigenaar
filled-optional = (mag leeg blijven)
filled-faults = Dit is nog niet bewaard
filled-empty = Vul dit in.
filled-too-long = Dit is te lang.
filled-choose = Kies er een uit de lijst.
filled-not-a-date = Vul een datum in, zoals 31-08-2026.
filled-not-a-time = Vul een datum en tijd in, zoals 31-08-2026 08:00.
filled-skipped-hour = Deze tijd bestaat niet: de klok slaat hem over. Kies een andere.
filled-not-a-number = Vul een getal in.
filled-not-a-key = Gebruik alleen kleine letters, cijfers en streepjes.
filled-not-an-address = Dit is geen e-mailadres.
filled-backwards = Dit is voor de opening.
filled-in-the-past = Dit is al voorbij.
filled-save = Bewaren
filled-saved = Bewaard.
feedback-after_each_wave = na elke meting
feedback-none_until_end = pas na de laatste meting
setup-title = Een onderzoek opzetten
setup-lead = Eén pagina, en uw onderzoek staat er. Tot de eerste meting opengaat kunt u alles nog veranderen. Dit sjabloon vraagt naar: { $asked }.
setup-choose = Begin met een sjabloon
setup-choose-lead = Kies waarmee u begint en wanneer de eerste meting opengaat; de data hieronder worden voor u ingevuld.
setup-choose-button = Vul de data in
setup-template = Sjabloon
setup-template-focus = Focus: twee cohorten, drie metingen, hele teams
setup-template-empty = Een leeg onderzoek: één cohort, één meting
setup-start = Eerste dag van de eerste meting
setup-study = Het onderzoek
setup-title-nl = Titel in het Nederlands
setup-title-en = Titel in het Engels
setup-title-en-help = Blijft dit leeg, dan geldt de Nederlandse titel.
setup-key = Korte naam
setup-key-help = Kleine letters, cijfers en streepjes. Voor bestanden; verder ziet niemand dit.
setup-key-taken = Er is al een onderzoek met deze korte naam. Kies een andere.
setup-contact-name = Contactpersoon
setup-contact-help = Iedere respondent ziet bij wie hij terecht kan.
setup-contact-email = E-mailadres van de contactpersoon
setup-time-zone = Tijdzone
setup-cohort = Naam van het cohort
setup-cohort-n = Cohort { $n }
setup-cohort-none = Laat de naam leeg als dit cohort er niet is.
setup-cohort-twice = Geef elk cohort een eigen naam, met letters of cijfers.
setup-starts = Eerste dag van de interventie
setup-starts-help = Wat voor en wat tijdens de interventie is, telt vanaf deze dag.
setup-windows-lead = Wanneer mensen kunnen antwoorden. Laat beide tijden leeg als dit cohort deze meting niet heeft.
setup-opens = { $wave } opent
setup-closes = { $wave } sluit
setup-no-window = Geef dit cohort ten minste één meting.
setup-found = Zet dit onderzoek op
welcome-title = { $study } staat klaar
welcome-lead = U bent de eigenaar. Eerst één ding, en dan de volgende stappen.
welcome-keep = Dit is uw eigen link. Bewaar hem: u komt er op elk apparaat mee terug, en wie hem heeft kan wat u kunt.
welcome-next = Ik heb hem bewaard. Naar de volgende stappen
todo-title = Wat nu te doen
todo-done = Klaar:
todo-conditions = Leg vast wat in orde moet zijn voordat een meting open kan. Er ontbreekt: { $what }.
todo-conditions-done = Alles wat in orde moet zijn is vastgelegd.
todo-rosters = Lever de personeelslijsten van de scholen aan. Er is nog niets van: { $cohorts }.
todo-rosters-done = De personeelslijsten van { $n } scholen zijn binnen.
todo-texts = Bekijk de teksten die mensen krijgen, en zet ze desgewenst in uw eigen woorden.
todo-rehearsed = Houd een generale repetitie: verzonnen antwoorden gaan de hele weg en worden weggegooid. Zo worden ook de minuten gemeten die in de uitnodiging staan.
todo-rehearsed-done = Generale repetitie gehouden op { $at }.
todo-do-rehearse = Repeteren
todo-invite = { $which }: nodig iedereen uit. Opent op { $at }.
todo-remind = { $which }: { $share } hebben hun antwoorden verstuurd. Herinner de anderen.
todo-close = { $which }: de tijd is om. Sluit de meting, dan worden de resultaten berekend.
matrix-title = De opzet, en hoe ver het is
matrix-lead = In elk vak: uitgenodigd / begonnen / klaar. Een vak opent de tabel per school en rol.
matrix-instrument = Vragenlijst
matrix-not-asked = niet gevraagd
matrix-opens = opent { $at }
matrix-open = open tot { $at }
matrix-shut = dicht: nog niet alles is vastgelegd
matrix-missing = nog niet open, er ontbreekt: { $what }
matrix-conditions = { $n ->
    [one] 1 voorwaarde
   *[other] { $n } voorwaarden
  }
matrix-no-staff = personeelslijsten
matrix-no-windows = Dit cohort heeft nog geen metingen.
matrix-all-schools = Alle scholen
matrix-all-roles = Alle rollen
matrix-due = Op de lijst
matrix-finished-head = Klaar
matrix-invited = uitgenodigd
matrix-started = begonnen
matrix-finished = klaar
matrix-back = Naar de opzet: wat nu te doen
matrix-do-results = Bekijk de resultaten
matrix-do-close = Sluiten
matrix-do-conditions = Leg voorwaarden vast
matrix-do-rosters = Lever personeelslijsten aan
matrix-do-invite = Uitnodigen
matrix-do-remind = Herinneren
matrix-do-response = Bekijk de respons
cond-title = Voorwaarden
cond-lead = Een meting gaat pas open als dit allemaal is vastgelegd.
cond-all = Alles is vastgelegd.
cond-missing = Er ontbreekt nog: { $what }.
cond-board_agreement = akkoord van de besturen
cond-board_agreement-help = De dag waarop de schoolbesturen akkoord gingen.
cond-council_informed = medezeggenschapsraden ingelicht
cond-council_informed-help = De dag waarop de medezeggenschapsraden zijn ingelicht.
cond-ethics_reference = nummer van het besluit van de ethische commissie
cond-ethics_reference-help = Zoals het op het besluit staat.
cond-retention_until = namen bewaard tot
cond-retention_until-help = De dag waarop namen en adressen worden vernietigd. Na de eerste opening kan dit alleen nog vroeger worden.
cond-withdraw_until = intrekken kan tot
cond-withdraw_until-help = De laatste dag waarop een respondent antwoorden kan intrekken; leeg: tot de meting sluit.
cond-contact = contactpersoon
cond-contact-help = Naam en adres; iedere respondent ziet ze.
cond-feedback = Wanneer scholen hun resultaten zien
cond-feedback-help = Terugkoppeling is zelf een interventie: na het sluiten van de eerste meting ligt dit vast.
cond-in-the-future = Deze dag moet nog komen: leg hem vast als het gebeurd is.
design-title = Data en instellingen
design-lead = Alleen wat nog komt kan veranderen: een meting die geopend is houdt haar opening en haar vragen, en een gesloten meting houdt alles.
design-windows-lead = Sluiten kan later, of eerder maar niet voor nu. Maak beide tijden leeg voor een meting die dit cohort niet heeft.
design-network = Hoe naar collega's gevraagd wordt
design-network-lead = Ligt vast zolang een meting open is.
design-layout = Indeling
design-layout-relation = één vraag tegelijk
design-layout-person = alle vragen per collega
design-order = Volgorde van collega's
design-order-name = op naam
design-order-random = voor iedere respondent geschud
design-grouping = Kopjes
design-grouping-none = geen kopjes
design-grouping-group = per bouw of leerjaar
design-grouping-role = per rol
design-objection = Als iemand niet op de lijst wil staan
design-objection-A = A: blijft op de lijst en in de gegevens, antwoordt niet
design-objection-B = B: blijft op de lijst, zonder rol en groepen in de gegevens
design-objection-C = C: van de lijst af en uit de gegevens
design-boundary = Wie men kan noemen
design-boundary-school = collega's van de eigen school
design-boundary-board = collega's, en apart het netwerk van het bestuur
design-hint = Toon wie men de vorige keer noemde, naast de lijst en nooit aangekruist
design-write_in = Collega's die op de lijst ontbreken kunnen worden bijgeschreven
design-quiet = Wanneer er geen post uitgaat
design-quiet-lead = Op de klok van het onderzoek.
design-from_hour = Niets vanaf dit uur
design-to_hour = Weer vanaf dit uur
design-weekends = Niets in het weekend
design-holidays = Schoolvakanties
design-holidays-help = Eén per regel, eerste en laatste dag: 17-10-2026 25-10-2026.
design-holidays-fault = Op deze regel staan geen eerste en laatste dag: { $line }
design-thresholds = Drempels
design-thresholds-lead = Ze kunnen omhoog en nooit omlaag.
design-k = Kleinste groep waarover een cijfer gaat
design-k_principal = Kleinste groep voor cijfers over de schoolleider
design-k_pupil = Kleinste groep voor cijfers over leerlingen
design-report = Respons vanaf welke een netwerk wordt getoond (%)
design-flag = Respons vanaf welke het met een waarschuwing wordt getoond (%)
design-add = Toevoegen
design-add-cohort = Nog een cohort
design-add-cohort-lead = Daarna geeft u hierboven de metingen hun data.
design-add-wave = Nog een meting
design-add-wave-lead = Daarna geeft u haar hierboven data.
design-new-wave = Korte naam
design-new-wave-help = Bijvoorbeeld T2b.
design-like = Vraagt hetzelfde als
design-like-none = nog niets
design-before = Komt voor
design-before-none = geen: het is de laatste
design-wave-twice = Er is al een meting met deze naam.
texts-title = Teksten
texts-lead = Wat mensen lezen, in beide talen. Deze plekken worden per persoon ingevuld: { $places }
texts-who_asks = Wie het vraagt (eerste scherm)
texts-invitation_subject = Uitnodiging: onderwerp
texts-invitation_body = Uitnodiging: tekst
texts-reminder_subject = Herinnering: onderwerp
texts-reminder_body = Herinnering: tekst
texts-letter = Gedrukte brief
texts-in-nl = Nederlands
texts-in-en = Engels
texts-preview = Zoals een voorbeeldpersoon het leest: { $language }
texts-standard = Terug naar de standaardtekst
texts-save = Bewaren en bekijken
texts-both = Schrijf het in beide talen, of maak beide leeg voor de standaardtekst.
texts-no-link = Zonder {"{"}link{"}"} kan niemand naar binnen: zet het terug.
texts-example-name = Anna de Vries
texts-example-school = De Eik
people-title = Mensen
people-lead = Links voor wie meewerkt aan het onderzoek of resultaten bekijkt. Personeel dat vragenlijsten invult wordt elders uitgenodigd.
people-fresh = De link voor { $label }. Geef hem persoonlijk door; in plaats van de link kan de code getypt worden.
people-code = Code:
people-role = Rol
people-role-help = Een eigenaar doet alles; een onderzoeker ziet resultaten met pseudoniemen; een trainer volgt een aantal scholen; een school ziet de eigen resultaten, een schoolleider ook wat over leiderschap is gezegd; een bestuur ziet hoe de leerlingen scoren en wat de scholen doorgeven.
people-owner = eigenaar
people-researcher = onderzoeker
people-trainer = trainer
people-school = school
people-principal = schoolleider
people-board = bestuurslid
people-board-schools = Kies ten minste drie scholen: bij minder kan een bestuur aflezen wat één school scoorde.
people-label = Voor wie
people-label-help = Een naam waaraan u de link herkent.
people-schools = Scholen
people-schools-help = Eén voor een school of een schoolleider, één of meer voor een trainer, drie of meer voor een bestuur.
people-do = Link
people-own = (uzelf)
people-show = Toon de link
people-change = Wijzigen
people-reissue = Geef een andere link
people-reissue-help = De oude link en code openen vanaf dan niets meer.
people-revoke = Trek de link in
people-new = Een nieuwe link
people-hand-out = Maak de link
people-one-school = Kies één school.
people-some-schools = Kies ten minste één school.
reh-title = Generale repetitie
reh-lead = Een kopie van uw onderzoek gaat de hele weg: iedereen wordt uitgenodigd, verzonnen mensen beantwoorden alle vragenlijsten van elke meting pagina voor pagina, sommigen stoppen halverwege, alles wordt gesloten en berekend. Dan wordt de kopie weggegooid. Er komt niets van in uw onderzoek, behalve de minuten.
reh-help = Dit duurt enkele seconden, bij een groot onderzoek tot een minuut. Van een groot onderzoek doet een aantal scholen van elk cohort mee.
reh-go = Nu repeteren
reh-never = Er is nog geen generale repetitie geweest.
reh-last = Laatste generale repetitie: { $at }.
reh-found = Wat er gevonden is
reh-invented = Er zijn nog geen personeelslijsten: er zijn scholen van zeventien mensen verzonnen.
reh-schools = { $n } van de { $all } scholen deden mee.
reh-respondents = { $n } van de { $invited } uitgenodigde mensen antwoordden.
reh-stopped = { $n } van hen stopten halverwege.
reh-pages = { $pages } pagina's verstuurd en { $answers } antwoorden bewaard.
reh-unequal = { $n } antwoorden kwamen anders terug dan ze verstuurd waren.
reh-refusals = { $n } pagina's of antwoorden zijn geweigerd.
reh-took = Het duurde { $n } seconden.
reh-minutes = Minuten om te antwoorden
reh-minutes-each = Minuten
reh-whole = één respondent, alles samen
reh-rows = Wat een onderzoeker zou krijgen: rijen
reh-members = mensen op de lijsten, per meting
reh-responses = begonnen vragenlijsten
reh-answers = antwoorden
reh-nominations = genoemde collega's
amend-changed-elsewhere = De opzet is intussen elders veranderd. Kijk er opnieuw naar en bewaar dan.
amend-fixed = De korte naam en tijdzone van een onderzoek blijven wat ze zijn.
amend-key-twice = { $about } staat er twee keer.
amend-removed = { $about } kan niet weg en ook niet op een andere plaats.
amend-cohort-begun = { $about } is begonnen: de eerste dag blijft.
amend-wave-begun = { $about } is begonnen: wat daarin gevraagd wordt, en van wie, blijft.
amend-wave-open = { $about } is open: hoe naar collega's gevraagd wordt verandert alleen tussen metingen.
amend-unknown-instrument = { $about } is geen vragenlijst van dit onderzoek.
amend-opening-passed = { $about } is geopend: de opening blijft.
amend-opens-in-the-past = { $about } zou in het verleden opengaan.
amend-closes-in-the-past = { $about } zou in het verleden sluiten.
amend-backwards = { $about } sluit voordat het opengaat.
amend-window-closed = { $about } is gesloten: de data blijven.
amend-threshold-lowered = Een drempel gaat nooit omlaag ({ $about }).
amend-threshold-impossible = De responspercentages liggen boven 0 en zijn hoogstens 100 %, en dat met waarschuwing is niet hoger dan het andere.
amend-condition-withdrawn = Er is een meting begonnen: dit blijft vastgelegd ({ $about }).
amend-promise-shortened = Er is een meting begonnen, en mensen is anders beloofd ({ $about }).
amend-feedback-given = Er is een meting gesloten: wanneer scholen hun resultaten zien blijft zoals het was.
amend-unknown-text = Er is geen tekst met de naam { $about }.
amend-unknown-placeholder = Bij { $about } kan niets worden ingevuld.
amend-holiday-backwards = De vakantie vanaf { $about } eindigt voordat ze begint.
amend-not-an-hour = { $about } is geen uur van de dag: schrijf 0 tot 23.

# Vragenlijsten van een studie
instruments-title = Vragenlijsten
instruments-lead = De vragenlijsten van deze studie. Elke versie blijft bewaard zoals zij was: een wijziging is altijd een nieuwe versie, en wie al begonnen is gaat verder met de oude.
instruments-instrument = Vragenlijst
instruments-version = Versie
instruments-older = versie { $version }
instruments-items = Vragen
instruments-scales = Schalen
instruments-minutes = Minuten
instruments-minutes-help = De minuten zijn een schatting uit het aantal woorden en vragen, voor iemand met { $n } collega's.
instruments-status = Herkomst
instruments-collected = Gevraagd bij
instruments-not-asked = wordt in deze studie niet gevraagd
instruments-upload = Een vragenlijst of een nieuwe versie toevoegen
instruments-upload-help = U ziet eerst wat er mis is of wat er verandert. Er verandert pas iets als u daarna bevestigt.
instruments-file = Bestand (.toml, ten hoogste 200 kB)
instruments-check = Bestand bekijken
instrument-separate = Apart in te vullen en te versturen
instrument-minutes = ongeveer { $nl } in het Nederlands, { $en } in het Engels
instrument-source = Bron
instrument-hints = Kijk nog eens naar de formulering
instrument-hints-help = Dit zijn aanwijzingen op grond van losse woorden, geen fouten.
instrument-changes = Wat er veranderde sinds versie { $version }
instrument-questions = Zoals het gevraagd wordt
instrument-title = Titel
instrument-intro = Inleiding
instrument-shown-if = Getoond als { $rule }.
instrument-asked-if = Gevraagd als { $rule }.
instrument-relation = relatie: { $relation }
instrument-right = (goed)
instrument-scale = Schaal
instrument-rule = Rekenregel
instrument-example = Voorbeeld
instrument-reversed = (omgekeerd)
language-dutch = Nederlands
language-english = Engels
status-printed = gedrukt in de bron
status-written = geschreven voor dit project, niet gevalideerd
status-permitted = met toestemming gebruikt
kind-rating = beoordeling
kind-single = één keuze
kind-multiple = meer keuzes
kind-test = toetsvraag
kind-card = kaart met een plaats en een kruisje
kind-date = datum
kind-number = getal
kind-text = tekst
kind-roster-ticks = collega's aankruisen
kind-roster-strengths = per collega aangeven hoe vaak
limits-most = ten hoogste { $n }
limits-range = van { $min } tot en met { $max }
limits-longest = ten hoogste { $n } tekens
limits-from = vanaf { $day }
limits-until = tot en met { $day }
rule-answered = { $item } beantwoord is
rule-equal = { $item } gelijk is aan { $value }
rule-not-equal = { $item } is beantwoord en niet gelijk is aan { $value }
rule-less = { $item } minder is dan { $value }
rule-at-most = { $item } ten hoogste { $value } is
rule-more = { $item } meer is dan { $value }
rule-at-least = { $item } ten minste { $value } is
rule-includes = bij { $item } gekozen is { $value }
rule-not = niet geldt dat { $rule }
rule-and = en
rule-or = of
hint-double-negation = { $item } ({ $language }): misschien een dubbele ontkenning, door { $words }.
hint-double-barrelled = { $item } ({ $language }): misschien twee vragen in één, door { $words }.
change-place = Waar
change-what = Wat
change-before = Was
change-after = Wordt
change-blocks = Geef deze vraag een nieuwe sleutel.
change-of-instrument = vragenlijst
change-of-page = pagina { $number }
change-of-item = vraag { $key }
change-of-scale = schaal { $key }
change-added = nieuw
change-removed = vervalt
change-worded = { $which } veranderd ({ $language })
change-title = titel
change-intro = inleiding
change-lead = toelichting
change-question = vraag
change-type = wordt anders beantwoord
change-option-added = keuze { $code } erbij
change-option-removed = keuze { $code } vervalt
change-option-worded = keuze { $code } anders geformuleerd ({ $language })
change-options-ordered = keuzes in een andere volgorde
change-limits = andere grenzen
change-right-answer = ander goed antwoord
change-relation = andere relatie
change-moved = van pagina { $before } naar pagina { $after }
change-ordered = vragen in een andere volgorde
change-rule = regel veranderd
change-no-rule = altijd
change-joins = komt in schaal { $scale }
change-leaves = gaat uit schaal { $scale }
change-reversed = telt omgekeerd in schaal { $scale }
change-not-reversed = telt niet meer omgekeerd in schaal { $scale }
change-scored = andere rekenregel
change-scored-by = gemiddelde bij ten minste { $needed } antwoorden, van { $min } tot { $max }
change-separate = wordt apart ingevuld en verstuurd
change-not-separate = wordt niet meer apart ingevuld
publish-title = { $name } bekeken
publish-line = Regel
publish-column = Teken
publish-fault = Wat er mis is
publish-way-out = Wat u kunt doen
publish-faulty = { $n ->
    [one] Er is één fout gevonden. Er is niets veranderd.
   *[other] Er zijn { $n } fouten gevonden. Er is niets veranderd.
}
publish-more-faults = En nog { $n } fouten.
publish-new = Dit is een nieuwe vragenlijst, { $key }. Zij wordt pas gevraagd als zij in het ontwerp staat.
publish-revised = Dit wordt versie { $version } van { $key }. Wie al begonnen is gaat verder met de vorige versie; wie nog moet beginnen krijgt deze.
publish-already = Precies dit bestand is al gepubliceerd, als versie { $version } van { $key }. Er is niets veranderd.
publish-go = { $pin } publiceren
publish-changes = Wat er verandert
publish-back = Naar alle vragenlijsten
publish-published = Versie { $version } van { $key } is al gepubliceerd, met een andere inhoud. Een gepubliceerde versie verandert nooit: verhoog `version` in het bestand.
publish-not-newer = Versie { $version } van { $key } is niet nieuwer dan versie { $newest }, die al gepubliceerd is. Maak er versie { $next } van.
publish-key-shared = { $shared } staat al in de vragenlijst { $owner }. Geef die vraag of schaal hier een andere sleutel.
publish-type-changed = { $n ->
    [one] Eén vraag houdt haar sleutel en wordt anders beantwoord, nagekeken of ingedeeld dan eerst. Oude en nieuwe antwoorden kunnen zo niet bij elkaar: geef haar een nieuwe sleutel.
   *[other] { $n } vragen houden hun sleutel en worden anders beantwoord, nagekeken of ingedeeld dan eerst. Oude en nieuwe antwoorden kunnen zo niet bij elkaar: geef elk een nieuwe sleutel.
}
publish-unknown-relation = Vraag { $item } gaat over { $relation }, en die relatie staat niet in het ontwerp. Zet haar daar eerst bij.
# Bladzijden met vragen: bewaren, twee tabbladen, en de lijst van collega's
saving-partly = Niet alles is bewaard: kijk bij de rode tekst.
saving-offline = Nog niet bewaard: er is geen verbinding. Laat deze pagina open staan; zodra de verbinding terug is, wordt alles bewaard.
saving-waiting = Nog niet bewaard: er is geen verbinding. Zodra die terug is, wordt alles bewaard en gaat u verder.
saving-asking = Nog niet bewaard: kies eerst welk antwoord blijft.
conflict-yours = Hier ingevuld:
conflict-stored = Bewaard:
conflict-choose = U vulde deze vragen ook op een ander apparaat of in een ander tabblad in. Kies per vraag welk antwoord blijft.
conflict-keep = Houd wat hier is ingevuld
conflict-take = Neem wat bewaard is
several-any = U kunt meer dan een antwoord aankruisen.
several-most = U kunt ten hoogste { $n } antwoorden aankruisen.
card-tick = Deze uitspraak aankruisen
card-ticked = aangekruist
date-help = Dag, maand en jaar, zoals 31-8-2026.
roster-other = Overig
roster-also = ook: { $groups }
roster-found = Gevonden:
roster-gone = iemand die niet meer op de lijst staat
roster-hint = vorige keer genoemd
roster-hint-help = Wie u de vorige keer noemde, is gemerkt. Er is niets vooraf aangekruist.
roster-not = niet genoemd
roster-person-lead = Geef per collega aan wat u met hem of haar bespreekt.
roster-missing = Staat een collega niet in de lijst?
roster-missing-help = Schrijf de naam op. Wie het onderzoek leidt, zoekt later op wie u bedoelt.
roster-missing-name = Ontbrekende collega { $n }
# wat een deelnemer te horen krijgt en mag beslissen
start-know = Goed om te weten
start-go-part = Beginnen: { $part }
start-continue-part = Verdergaan: { $part }
know-who = Dit vraagt het onderzoek "{ $title }". Vragen? { $contact }.
know-seen = Uw antwoorden worden met uw naam bewaard. Uw school, trainer en bestuur zien ze nooit: alleen uitkomsten over groepen.
know-no-appraisal = Niets hiervan wordt gebruikt om u of uw collega's te beoordelen.
know-leadership = Uitkomsten over leiderschap ziet de schoolleider het eerst.
know-stop = U mag vragen overslaan en altijd stoppen. Intrekken kan { $until }.
until-day = tot en met { $day }
until-closed = tot deze meting sluit ({ $day })
part-questionnaire = Vragenlijst
part-apart = Een apart deel: dit mag op een ander moment.
part-minutes = Ongeveer { $minutes }.
part-open = Nog niet begonnen.
part-sent = Verstuurd op { $at }.
part-closed = Gesloten.
consent-ask = Vindt u dit goed?
consent-title = Uw keuzes
consent-lead = U kunt deze keuzes veranderen tot de meting gesloten is. Ze gelden voor al uw antwoorden in dit onderzoek, ook die van eerdere metingen.
consent-research = Meedoen aan het onderzoek
consent-research-about = Mogen uw antwoorden voor dit onderzoek gebruikt worden? De onderzoekers werken met codes in plaats van namen. Zonder ja kunt u niet verder. Een nee heeft geen gevolgen voor uw werk; collega's kunnen u dan nog wel noemen.
consent-person_picture = Met naam in het beeld van uw school
consent-person_picture-about = Mag u met naam getekend worden in een beeld van wie op uw school met wie overlegt? Zegt u nee, dan staat u daar niet in. Voor het meedoen maakt het niets uit.
consent-follow_up = Later nog eens benaderd worden
consent-follow_up-about = Mogen de onderzoekers u vragen voor een vervolg, bijvoorbeeld een gesprek? U beslist dan opnieuw.
consent-yes = Ja
consent-no = Nee
consent-save = Keuzes bewaren en verder
consent-choose = Kies ja of nee.
consent-fault = Niet alles is gekozen. Kies bij elke vraag ja of nee.
refused-title = U doet niet mee
refused-lead = Dank dat u dit liet weten. U krijgt geen vragen, en wat u eerder invulde wordt niet gebruikt. U hoeft niets meer te doen. Bedenkt u zich, dan kunt u uw keuze veranderen tot deze meting gesloten is.
refused-closed-title = U doet niet mee
refused-closed-lead = U koos ervoor niet mee te doen. Uw antwoorden worden niet gebruikt. Deze meting is gesloten.
objects-title = U maakte bezwaar
objects-lead = U maakte bezwaar tegen vermelding op de lijst van uw school. Uw eigen antwoorden worden daarom niet gebruikt en u krijgt geen vragen. U kunt uw bezwaar weer intrekken.
problem-consent-refused = U koos ervoor niet mee te doen. Dit antwoord is niet bewaard. Op de beginpagina kunt u uw keuze veranderen.
rights-title = Wat u verder kunt doen
rights-own = Uw antwoorden bekijken
rights-consent = Uw keuzes veranderen
rights-objection = Bezwaar tegen vermelding op de lijst
rights-objects = Uw bezwaar bekijken of intrekken
rights-withdraw = Uw antwoorden intrekken
rights-back = Terug naar het begin
own-title = Uw antwoorden
own-lead = Dit is wat er van u bewaard is in deze meting. Alleen u ziet deze pagina, tot de meting gesloten is.
own-nothing = U vulde nog niets in.
own-ticked = aangekruist
own-gone = een collega die niet meer op de lijst staat
own-written-in = { $name } (zelf erbij geschreven)
own-closed-title = Uw antwoorden
own-closed-lead = Deze meting is gesloten. Uw antwoorden zijn hier niet meer te bekijken; vraag ze op bij de contactpersoon hieronder.
withdraw-title = Uw antwoorden intrekken
withdraw-lead = Wilt u intrekken wat u bij meting { $wave } invulde? Nu { $n ->
    [0] is er nog niets
    [one] is er 1 antwoord
   *[other] zijn er { $n } antwoorden
  } van u bewaard.
withdraw-gone = Alles wat u in deze meting invulde wordt verwijderd. Dat kan niet ongedaan gemaakt worden, en u kunt deze vragenlijst niet opnieuw invullen.
withdraw-listed = U blijft op de lijst van uw school staan. Wat collega's over u invulden, blijft. Wilt u dat ook niet, maak dan bezwaar tegen vermelding op de lijst.
withdraw-results = Het heeft geen gevolgen voor uw werk, en uw school hoort het niet.
withdraw-until = Intrekken kan { $until }.
withdraw-confirm = Ja, mijn antwoorden intrekken
withdraw-keep = Nee, terug naar het begin
withdraw-late-title = Intrekken kan niet meer
withdraw-late-lead = De laatste dag om in te trekken is voorbij. Heeft u hier vragen over, neem dan contact op met de contactpersoon hieronder.
objection-title = Bezwaar tegen vermelding op de lijst
objection-lead = Collega's zien uw naam op de lijst van uw school en kunnen u noemen, ook als u zelf niet meedoet. Daartegen kunt u bezwaar maken. Dit gebeurt er dan:
objection-made = U maakte bezwaar. Dit gebeurt er nu:
objection-b-list = Uw naam blijft op de lijst staan en collega's kunnen u noemen.
objection-b-ties = In de gegevens van het onderzoek staat u zonder functie, groep of andere kenmerken.
objection-c-list = Uw naam staat op de lijst van geen enkele collega meer.
objection-c-ties = Wat collega's eerder over u invulden, telt niet mee: alles wat naar u verwijst wordt weggelaten.
objection-own = Uw eigen antwoorden worden niet gebruikt en u krijgt geen vragen.
objection-waves = Dit geldt voor alle metingen, ook die al gesloten zijn.
objection-back = U kunt uw bezwaar altijd weer intrekken. Het heeft geen gevolgen voor uw werk.
objection-make = Ja, ik maak bezwaar
objection-lift = Bezwaar intrekken
network-note-stored = Hieronder staan namen: wie u noemt, wordt met naam bewaard.
network-note-seen = Alleen de onderzoekers kunnen dat inzien; in een beeld van uw school staan alleen namen van wie dat zelf goedvindt.
network-note-skip = Overslaan mag, en telt niet als "met niemand".
# inviting, reminding and watching
mail-invitation-subject = Uw uitnodiging: vragenlijst { $study }
mail-invitation-body =
    Beste { $name },

    { $school } doet mee aan { $study }. U wordt gevraagd een vragenlijst in te vullen over hoe u in uw team samenwerkt. Dat kost ongeveer { $minutes }. U kunt stoppen en later verdergaan, ook op een ander apparaat.

    Open deze link en druk op Start:

    { $link }

    Of typ deze code op dezelfde site: { $code }

    U kunt meedoen tot { $closes }. Meedoen is vrijwillig en wordt niet gebruikt om u te beoordelen. De link is van u alleen: geef hem niet door.

    Vragen? { $contact }
mail-reminder-subject = Herinnering: vragenlijst { $study }
mail-reminder-body =
    Beste { $name },

    U kreeg van ons een uitnodiging voor een vragenlijst van { $study } bij { $school }. Die is nog niet verstuurd. Wat u al invulde, is bewaard: u gaat verder waar u was. In het geheel kost het ongeveer { $minutes }.

    Dit is dezelfde link als eerder:

    { $link }

    Of typ deze code op dezelfde site: { $code }

    U kunt meedoen tot { $closes }. Meedoen is vrijwillig; wilt u niet meedoen, dan hoeft u niets te doen.

    Vragen? { $contact }
letter-subject = Uitnodiging: { $study }
letter-body =
    Beste { $name },

    { $school } doet mee aan { $study }. U wordt gevraagd een vragenlijst in te vullen over hoe u in uw team samenwerkt. Dat kost ongeveer { $minutes }. U kunt stoppen en later verdergaan, ook op een ander apparaat.

    U kunt meedoen tot { $closes }. Meedoen is vrijwillig en wordt niet gebruikt om u te beoordelen. De link is van u alleen: geef hem niet door.

    Vragen? { $contact }
letter-how = Scan de QR-code met uw telefoon, of typ het adres en daarna uw code.
letter-address = Adres
letter-code = Code
letter-qr = QR-code met uw link
letters-title = Brieven
letters-lead = Op elke bladzijde een brief met de link van één persoon. Dat u deze links bekijkt, wordt vastgelegd.
letters-print = Druk af met Ctrl+P: elke brief komt op een eigen A4.
letters-csv = Alle links als CSV-bestand
letters-show = Brieven tonen
letters-none = Er zijn hier nog geen uitnodigingen. Nodig eerst uit.
letters-choose = Kies een school
letters-all = Alle brieven van deze meting
letters-without-mail = Alleen wie geen mail kan krijgen
letters-back = Terug naar de uitnodigingen
invitations-title = Uitnodigen
invitations-lead = Eerst ziet u wat er zou gebeuren; pas na de knop gaat er iets uit.
invitations-no-mail = Deze server verstuurt geen mail. Uitnodigen maakt de links; u deelt ze uit met brieven of een CSV-bestand.
invitations-none = Er zijn nog geen meetmomenten in de opzet.
invitations-window = Meting
invitations-choose = Tonen
invitations-closed = Deze meting is voorbij: er kan niemand meer worden uitgenodigd.
invitations-unmet = Er kan nog niemand worden uitgenodigd: in de opzet ontbreekt
invitations-when = De eerste mail gaat op zijn vroegst uit op { $at }.
invitations-all = Alle scholen van deze meting uitnodigen
invitations-school = Uitnodigen
invitations-preview = Zo ziet de mail eruit
invitations-preview-reminder = Zo ziet de herinnering eruit
invitations-subject = Onderwerp
invitations-to-do = Per school: wat uitnodigen nu zou doen
invitations-nobody = Er staat nog niemand op de lijst van deze meting.
invitations-people = Personen
invitations-problems = Mail die niet (zeker) is aangekomen
invitations-problems-lead = Alleen u ziet dit, niet de school. Verbeter het adres in de personeelslijst en stuur opnieuw, of geef een brief.
invitations-again = Opnieuw sturen
invitations-mark-bounced = Kwam terug
invitations-reissue = Nieuwe link geven
invitations-reissue-help = De oude link en code werken dan niet meer.
invitations-person = Wie
invitations-what = Wat
invitations-why = Waarom
invitations-do = Doen
invitations-state = Stand van de mail
invitations-reminders = Herinneren
invitations-audit = Wie stuurde wanneer
invitations-audit-when = Wanneer
invitations-audit-what = Wat
invitations-audit-count = Aantal
invitations-sent-by = Deze brieven zijn gemaakt op { $at }
way-mail = krijgt mail
way-letter = krijgt een brief (geen adres)
way-mailed = heeft mail gehad
way-bounced = mail kwam niet aan: brief
way-finished = heeft verstuurd
way-withdrawn = heeft zich teruggetrokken
way-objects = maakt bezwaar tegen vermelding
way-refused = wil niet aan het onderzoek meedoen
way-nothing-due = heeft in deze meting niets in te vullen
way-not-there = staat dan niet op de lijst
outbox-queued = wacht
outbox-sending = wordt verstuurd
outbox-sent = verstuurd
outbox-bounced = kwam niet aan
outbox-failed = na een dag proberen niet gelukt
outbox-unknown = onbekend of het is verstuurd
outbox-cancelled = niet meer nodig
kind-invitation = uitnodiging
kind-reminder_1 = 1e herinnering
kind-reminder_2 = 2e herinnering
kind-reminder_3 = 3e herinnering
reminders-title = Herinneren
reminders-lead = Wie niet klaar is, krijgt een herinnering met dezelfde link. Eerst ziet u wie dat zijn; pas na de knop gaat er iets uit. Niemand krijgt er meer dan drie in één meting.
reminders-stalled = Dagen zonder iets op te slaan
reminders-pause = Dagen na de vorige mail
reminders-count = { $n ->
    [one] 1 persoon krijgt
   *[other] { $n } personen krijgen
  } nu een herinnering.
reminders-go = Deze herinneringen sturen
reminders-one = Herinneren
reminders-spared = { $n } krijgen er nu geen
reminders-not-open = Herinneren kan alleen zolang een meting open is.
reminders-list = Wie krijgt een herinnering
reminders-number = Welke
remind-not-opened = heeft de link niet geopend
remind-not-begun = heeft geopend, niet begonnen
remind-stalled = is begonnen en staat stil
spared-finished = heeft verstuurd
spared-withdrawn = heeft zich teruggetrokken
spared-objects = maakt bezwaar tegen vermelding
spared-refused = wil niet aan het onderzoek meedoen
spared-left = is van de lijst
spared-busy = is bezig
spared-too-soon = kreeg kort geleden mail of een brief
spared-waiting = er wacht al mail
spared-enough = kreeg drie herinneringen
spared-no-address = heeft geen adres: brief
spared-bounced = mail kwam niet aan: brief
waiting-title = Wie heeft niet verstuurd
waiting-lead = Alleen u, als eigenaar van het onderzoek, ziet dit. Dat u kijkt, wordt vastgelegd. Geef deze namen niet door aan de school.
waiting-none = Iedereen die is uitgenodigd, heeft verstuurd.
waiting-state = Stand
waiting-last-mail = Laatste mail
waiting-no-mail = geen mail
waiting-letter = Brief
waiting-link = Wie niet?
board-filter = Welke meting
board-every = alle
board-running = wat nu loopt
board-updated = Bijgewerkt { $at }
board-reload = Ververs
board-unmet = De metingen kunnen nog niet beginnen. In de opzet ontbreekt:
board-roles = Per rol: verstuurd van uitgenodigd
board-opened = Geopend
board-recompute = Opnieuw berekenen
board-no-conclusion = De resultaten van deze afgesloten meting zijn nog niet berekend.
board-classes = Zoals het bij sluiten telt
board-classes-help = Te laat is verstuurd in het uur na sluiting; deels is begonnen en niet verstuurd. Beide tellen mee.
board-network = Wat de netwerkvraag al draagt
board-network-lead = Van een paar collega's weten we meer als beiden antwoordden. Wat hier staat, is geteld over wie de vraag beantwoordde; niet wie dat zijn.
board-relation = Relatie
board-answered = Beantwoord
board-both = Paren met beide antwoorden
board-either = Paren met minstens één
board-carries = Draagt
board-more = Nog nodig
board-more-report = { $n ->
    [one] nog 1 antwoord
   *[other] nog { $n } antwoorden
  } tot dichtheid zonder voorbehoud wordt gerapporteerd
board-more-none = –
carries-report = alle maten
carries-flag = alle maten, met voorbehoud en grenzen
carries-pairs = alleen aandelen van paren, met grenzen; geen structuurmaten
carries-nothing = te weinig mensen
condition-board_agreement = akkoord van de besturen
condition-council_informed = medezeggenschapsraden ingelicht
condition-ethics_reference = nummer van de ethische commissie
condition-retention_until = bewaartermijn
condition-contact = contactpersoon
school-response-title = Hoe ver is onze school?
school-response-lead = Aantallen tot en met gisteren. Wie wel of niet meedeed, is voor de school niet te zien; meedoen is vrijwillig.
school-response-at-least = minstens { $n } van de { $of }
school-response-few = minder dan { $k } van de { $of }
school-response-withheld = tonen we niet: met zo weinig mensen zou te zien zijn wie meedeed
school-response-none = Er loopt nu geen meting.
class-complete = volledig
class-late = te laat
class-partial = deels
class-none = niets
class-withdrawn = teruggetrokken
# exports
exports-title = Gegevens
exports-lead = Elke tabel als bestand voor uw statistiekprogramma, met een codeboek. In plaats van namen staan er sleutels die niet zeggen wie iemand is. Elke download wordt genoteerd.
exports-open = Niet elke meting is gesloten. Van een open meting staat hier alleen hoe ver ieder is; antwoorden volgen als de meting gesloten is.
exports-wave = Meting
exports-wave-all = alle
exports-file = Bestand
exports-about = Wat erin staat
exports-rows = Regels
exports-download = Downloaden
exports-warning = Pas op.
# Staff lists, their changes, and colleagues written in.
rosters-title = Personeelslijsten
rosters-lead = Lees hier de personeelslijsten van de scholen in. U ziet eerst wat er verandert; pas daarna wordt er iets vastgelegd.
rosters-file = Bestand met de lijst
rosters-file-help = CSV of Excel (.xlsx), tot 2 MB en 20.000 regels. Eén regel per medewerker; meerdere scholen in één bestand mag.
rosters-template = Voorbeeldbestand (CSV)
rosters-template-header = school;schoolnaam;cohort;bestuur;personeelsnummer;naam;e-mail;rol;groep;in dienst;uit dienst;taal
rosters-template-group = groep 3|bouw onder
rosters-upload = Bestand bekijken
rosters-columns = Welke kolommen?
rosters-columns-needed = Nodig: school, naam (of voornaam, tussenvoegsel en achternaam), rol, en personeelsnummer of e-mail. Bij meer dan één cohort ook: cohort. Aan het personeelsnummer of het e-mailadres wordt iemand de volgende keer herkend; niemand wordt op naam samengevoegd.
rosters-columns-more = Mag ook: schoolnaam, bestuur, andere rollen, groep of bouw, in dienst, uit dienst, taal (nl of en). Meerdere rollen of groepen in één cel scheidt u met | of ;. Wie op twee scholen werkt, krijgt twee regels met hetzelfde nummer.
rosters-columns-roles = Rollen in dit onderzoek: { $roles }.
rosters-columns-board = Een bestuurslid heeft een bestuur en geen school.
rosters-lists = De lijsten zoals ze nu zijn
rosters-empty = Er staat nog niemand op een lijst.
rosters-school = School
rosters-key = Code
rosters-office = bestuurskantoor
rosters-people = Personen
rosters-no-address = Zonder e-mail
rosters-version = Versie
rosters-done = De lijsten zijn bijgewerkt: { $joined } erbij, { $left } vertrokken, { $back } terug.
rosters-again = Een ander bestand kiezen
rosters-faults-title = Het bestand is nog niet in orde
rosters-faults-lead = In { $file } is het volgende gevonden. Er is niets vastgelegd. Verbeter het bestand en lees het opnieuw in.
rosters-faults-more = En nog { $n } andere.
rosters-fault-place = Plaats
rosters-fault-column = Kolom
rosters-fault-what = Wat er is
rosters-fault-file = hele bestand
rosters-fault-line = regel { $line }
rosters-fault-cell = regel { $line }, kolom { $column }
rosters-preview-title = Wat er verandert
rosters-preview-summary = { $lines } personen op de lijst, van wie { $unchanged } zonder verandering. Er is nog niets vastgelegd.
rosters-nothing = Er verandert niets.
rosters-changed = De lijsten zijn intussen veranderd. Hieronder staat het verschil met de lijsten van nu; er is niets vastgelegd.
rosters-conflicts = Eerst verbeteren
rosters-conflicts-first = Een school staat in het bestand in een ander cohort. Verbeter eerst het bestand; er is niets vastgelegd.
rosters-conflict = { $school } hoort bij cohort { $known }, en staat in het bestand bij { $given }.
rosters-alike = Lijken op elkaar ({ $n }): het blijven twee personen
rosters-alike-name = { $name } en { $other } hebben dezelfde naam
rosters-alike-address = { $name } en { $other } hebben hetzelfde e-mailadres
rosters-new-schools = Nieuwe scholen en kantoren ({ $n })
rosters-renamed-schools = Scholen met een andere naam ({ $n })
rosters-joins = Komen erbij ({ $n })
rosters-rejoins = Komen terug ({ $n })
rosters-dated-leaves = Vertrekken op de dag in het bestand ({ $n })
rosters-renames = Krijgen een andere naam ({ $n })
rosters-roles = Krijgen andere rollen ({ $n })
rosters-groups = Komen in andere groepen ({ $n })
rosters-contacts = Ander adres, andere taal of andere dag van in dienst ({ $n })
rosters-none = geen
rosters-leaves = Staan niet meer in het bestand
rosters-leaves-lead = Wie u aangevinkt laat, vertrekt op de dag hieronder. Wie u niet aanvinkt, blijft op de lijst. Wat iemand al invulde en wie iemand noemde, blijft bewaard.
rosters-leaves-on = Eerste dag dat iemand er niet meer is
rosters-leaves-doubt = { $lost } van de { $there } personen op deze school zouden vertrekken. Is het bestand volledig? Daarom is niemand aangevinkt.
rosters-leaves-before-joining = { $name } zou vertrekken voor de eerste dag. Kies een latere dag; er is niets vastgelegd.
rosters-moves-to = staat nu bij { $school }
rosters-commit = Dit vastleggen
roster-list-title = Personeelslijst
roster-list-lead = { $n } personen op { $day }
roster-on = De lijst zoals die was op
roster-show = Tonen
roster-name = Naam
roster-email = E-mail (mag leeg blijven)
roster-key = Personeelsnummer (mag leeg blijven)
roster-key-help = Hieraan wordt iemand bij een volgend bestand herkend. Gebruikt uw lijst e-mailadressen, laat dit dan leeg.
roster-role = Rol waarin iemand meetelt
roster-more-roles = Andere rollen
roster-roles = Rollen
roster-groups = Groepen
roster-groups-several = Groepen (meerdere: scheid ze met ;)
roster-address = E-mail bekend
roster-language = Taal van de uitnodiging
roster-joined-on = In dienst
roster-left-on = Uit dienst
roster-joined = in dienst { $day }
roster-left = uit dienst { $day }
roster-yes = ja
roster-no = nee
roster-add = Iemand toevoegen
roster-rename = Naam verbeteren
roster-roles-and-groups = Rollen en groepen
roster-save-roles = Rollen en groepen vastleggen
roster-leave = Vertrek vastleggen
roster-rejoin = Terugkeer vastleggen
roster-rejoin-on = Eerste dag dat iemand er weer is
roster-move = Naar een andere school
roster-move-to = School
roster-move-on = Eerste dag op de nieuwe school
roster-merge = Dezelfde persoon
roster-merge-help = Staat { $name } twee keer op de lijst? Kies dan de dubbele regel. Wie de dubbele noemde, noemt voortaan deze. Dit kan niet ongedaan worden gemaakt.
roster-merge-open = Een dubbele regel kiezen
roster-merge-duplicate = De dubbele regel, die vervalt
roster-history = Wat er veranderd is
roster-history-none = Er is nog niets veranderd.
roster-effective = Geldt vanaf
roster-what = Verandering
roster-event-joined = erbij gekomen
roster-event-left = vertrokken
roster-event-rejoined = teruggekomen
roster-event-moved = van of naar een andere school
roster-event-renamed = andere naam
roster-event-roles = andere rollen
roster-event-groups = andere groepen
roster-event-contact = ander adres of andere taal
roster-event-dates = andere dag van in dienst
roster-event-merged = samengevoegd met een dubbele regel
change-no-such-school = Deze school is hier niet bekend.
change-not-on-the-list = Deze persoon staat niet op de lijst van deze school.
change-no-name = Vul een naam in.
change-no-such-role = Kies een rol die bij deze lijst hoort.
change-already-there = Deze persoon staat al op de lijst van deze school.
change-leaves-before-joining = Niemand kan vertrekken voor de eerste dag. Kies een latere dag.
change-has-not-left = Deze persoon is op die dag nog niet vertrokken.
change-same-member = Kies de andere, dubbele regel.
change-both-answered = Beide regels hebben in { $wave } antwoorden. Welke gelden, is hier niet te weten; er is niets veranderd.
change-no-day = Vul een dag in, zoals 31-8-2026.
write-ins-title = Bijgeschreven collega’s
write-ins-lead = Namen die deelnemers misten op de lijst en zelf bijschreven. U ziet niet wie een naam bijschreef. Zeg wie het is: dan telt de keuze mee.
write-ins-none = Er is niemand bijgeschreven.
write-ins-times = door { $n ->
    [one] één deelnemer
   *[other] { $n } deelnemers
}
write-ins-board = rond het bestuur
write-ins-who = Wie is { $name }?
write-ins-choose = Kies eerst wie het is.
write-ins-match = Deze persoon is het
write-ins-nobody = Niemand op de lijst
write-ins-add-first = Eerst iemand aan de lijst toevoegen
write-ins-is = Dit is { $name }.
write-ins-is-nobody = Staat niet op de lijst.
write-in-unknown = Deze naam is hier niet bijgeschreven.
write-in-closed = Deze meting is gesloten; hier kan niets meer aan veranderen.
write-in-not-on-the-list = Deze persoon stond tijdens deze meting niet op de lijst.
write-in-matched-already = Deze naam is al aan iemand gekoppeld.
fault-file_too_large = Het bestand is te groot. Laat weg wat niet bij de lijst hoort, of lever het in delen, hele scholen bij elkaar.
fault-old_workbook = Dit is een Excel-bestand van de oude soort (.xls). Bewaar het als .xlsx of CSV.
fault-not_a_workbook = Dit Excel-bestand kan niet gelezen worden. Open het, bewaar het opnieuw als .xlsx of CSV en probeer het nog eens.
fault-cell_broken = Een formule in deze cel heeft geen uitkomst. Vul de waarde zelf in.
fault-too_many_rows = De lijst heeft meer dan 20.000 regels. Lever hem in delen, hele scholen bij elkaar.
fault-empty_file = Er staat niemand op de lijst. Zet op elke regel één medewerker.
fault-file_empty = Het bestand is leeg. De eerste regel noemt de kolommen, daarna volgen de medewerkers.
fault-not_text = Dit is geen tekstbestand en geen Excel-bestand. Bewaar de lijst als CSV of .xlsx.
fault-not_a_table = Dit kan niet als tabel gelezen worden. Bewaar het werkblad opnieuw als CSV.
fault-column_twice = Deze kolom staat er twee keer in, of onder twee namen. Verwijder of hernoem er een.
fault-column_missing = De kolom “{ $value }” ontbreekt. Op de eerste regel staat nu: { $list }.
fault-row_short = Deze regel heeft te weinig cellen. Ontbreekt er een scheidingsteken of een aanhalingsteken?
fault-row_long = Deze regel heeft te veel cellen. Zet een tekst met een scheidingsteken erin tussen aanhalingstekens.
fault-value_missing = Deze cel is leeg en moet gevuld zijn.
fault-not_an_address = “{ $value }” is geen e-mailadres. Verbeter het, of laat de cel leeg.
fault-role_unknown = “{ $value }” is geen rol in dit onderzoek. Kies uit: { $list }.
fault-cohort_unknown = Het cohort “{ $value }” bestaat niet. Kies uit: { $list }.
fault-not_a_date = “{ $value }” is geen bestaande datum. Schrijf 31-08-2026 of 2026-08-31.
fault-dates_backwards = Uit dienst ligt voor in dienst. Verbeter een van de data.
fault-language_unknown = “{ $value }” is geen taal van deze vragenlijst. Gebruik nl of en.
fault-board_member_in_school = Een bestuurslid hoort niet bij een school, en hier bij “{ $value }”. Laat de school leeg en vul het bestuur in; voor een tweede functie komt er een regel bij.
fault-board_missing = Er staat niet bij welk bestuur. Vul de kolom bestuur in.
fault-school_key_reserved = “{ $value }” is de code van een bestuur, niet van een school. Gebruik een andere code.
fault-school_differs = Voor “{ $value }” staat op regel { $line } iets anders. Schrijf op alle regels van een school hetzelfde.
fault-key_shared = “{ $value }” heeft hetzelfde nummer of adres als iemand met een andere naam op regel { $line }. Geef ieder een eigen nummer, en één persoon op elke school dezelfde naam.
fault-person_twice = “{ $value }” staat al op de lijst van deze school, op regel { $line }, met een andere naam, een ander adres of andere data. Houd er één, of schrijf op beide hetzelfde.

# objections, recorded by the owner
member-objection-title = Bezwaar tegen vermelding
member-objection-lead = Zegt deze persoon tegen u bezwaar te hebben tegen vermelding op de lijst, dan legt u dat hier vast. Dit gebeurt er dan:
member-objection-made = Er is bezwaar gemaakt tegen vermelding op de lijst. Dit gebeurt er nu:
member-objection-b-list = De naam blijft op de lijst staan en collega's kunnen deze persoon noemen.
member-objection-b-ties = In de gegevens van het onderzoek staat deze persoon zonder rol, groep of andere kenmerken.
member-objection-c-list = De naam staat op de lijst van geen enkele collega meer.
member-objection-c-ties = Alles wat collega's over deze persoon invulden, wordt weggelaten.
member-objection-own = Eigen antwoorden van deze persoon worden niet gebruikt.
member-objection-mail = Deze persoon krijgt geen uitnodigingen en herinneringen meer.
member-objection-make = Bezwaar vastleggen
member-objection-lift = Bezwaar intrekken

# the columns of a staff list, as a list of one's own calls them
roster-column-school = school
roster-column-name = naam
roster-column-role = rol
roster-column-person = personeelsnummer” of “e-mail
roster-column-cohort = cohort
# what an owner had to guess
todo-design = Kijk na hoe naar collega's gevraagd wordt, wat er gebeurt bij bezwaar, en wanneer er geen mail uitgaat. Zodra een meting open is, ligt dat vast.
rosters-columns-cohorts = Cohorten in dit onderzoek: { $cohorts }.
roster-rename-save = Deze naam vastleggen
roster-move-save = Verplaatsing vastleggen
roster-merge-save = Samenvoegen tot één persoon
board-how-far = Hoe ver elke school is
invitations-all-done = Iedereen die uitgenodigd kan worden, is uitgenodigd.
invitations-letters-left = { $n ->
    [one] Druk de brief af voor 1 persoon zonder mail.
   *[other] Druk de brieven af voor { $n } personen zonder mail.
}

# what may be said of a comparison
sentence-interval = [{ $lower }; { $upper }]
sentence-g = g = { $g }, 95%-BI { $interval }
sentence-p = p { $p } ({ $method })
sentence-exact = exact
sentence-sampled = getrokken
sentence-adjusted = p { $p } gecorrigeerd voor de andere vergelijkingen ({ $by })
sentence-max-t = maxT
sentence-holm = Holm
sentence-bh = Benjamini-Hochberg
sentence-unadjusted = niet gecorrigeerd
sentence-undefined = { $name }: de vergelijking kan niet worden gemaakt ({ $why }).
sentence-higher = { $name } is hoger op de { $high } scholen van de hoge groep dan op de { $low } van de lage groep: { $statistics }.
sentence-lower = { $name } is lager op de { $high } scholen van de hoge groep dan op de { $low } van de lage groep: { $statistics }.
sentence-small = Het verschil is aangetoond, en het is kleiner dan de ±{ $margin } waarvan was afgesproken dat die ertoe doet.
sentence-equivalent = { $name } is op de { $high } scholen van de hoge en de { $low } van de lage groep gelijkwaardig, binnen de vooraf gestelde marge van ±{ $margin }: { $statistics }.
sentence-cannot-tell = Niet te zeggen is of { $name } verschilt tussen de { $high } scholen van de hoge en de { $low } van de lage groep: { $statistics }.
sentence-excluded = De gegevens sluiten verschillen uit voorbij g = { $lower } en g = { $upper }.
sentence-excluded-in-units = De gegevens sluiten verschillen uit voorbij g = { $lower } en g = { $upper } (in eigen eenheden { $from } en { $to }).
sentence-unseen = Een verschil kleiner dan d = { $d } had deze vergelijking niet betrouwbaar kunnen zien: een van die grootte wordt in vier van de vijf zulke vergelijkingen gevonden.
sentence-unseen-in-units = Een verschil kleiner dan d = { $d } (in eigen eenheden { $units }) had deze vergelijking niet betrouwbaar kunnen zien: een van die grootte wordt in vier van de vijf zulke vergelijkingen gevonden.
sentence-all-related = Over alle { $n } scholen hangt het samen met het effect: r = { $r }, 95%-BI { $interval }, p { $p }.
sentence-all-cannot-tell = Over alle { $n } scholen is niet te zeggen of het samenhangt met het effect: r = { $r }, 95%-BI { $interval }, p { $p }. Uitgesloten zijn correlaties voorbij { $lower } en { $upper }; een kleinere dan { $detectable } had zich niet betrouwbaar kunnen tonen.
sentence-all-cannot-tell-few = Over alle { $n } scholen is niet te zeggen of het samenhangt met het effect: r = { $r }, 95%-BI { $interval }, p { $p }. Uitgesloten zijn correlaties voorbij { $lower } en { $upper }.
sentence-all-undefined = Over alle { $n } scholen is de samenhang met het effect niet te bepalen ({ $why }).
sentence-no-plan = Er is geen vastgelegd plan: alles hier is verkennend.
sentence-plan-of-design = Het plan volgt uit de opzet van het onderzoek; het is niet gekozen nadat de gegevens waren gezien.
sentence-locked = Het plan is vastgelegd op { $on }, vóór { $after } (er waren toen gegevens van { $before }).
sentence-locked-first = Het plan is vastgelegd op { $on }, vóór { $after }; er waren nog geen gegevens.
sentence-locked-late = Het plan is vastgelegd op { $on }, toen elke meting er al was: daaruit blijkt niet dat het er vóór de gegevens was.
sentence-no-deviations = Er is niet van afgeweken.
sentence-deviations = { $n ->
    [one] Er is op één punt van afgeweken:
   *[other] Er is op { $n } punten van afgeweken:
  }
sentence-deviation = { $field } (vastgelegd { $locked }, gebruikt { $used })
sentence-deviation-beside = { $field } (vastgelegd { $locked }, gebruikt { $used }; raakt geen toets)
research-lead-plan = Per uitkomst één toets, één effect en één oordeel. Al het andere staat één stap daarachter: volg de naam van een uitkomst.
research-planned = De geplande vergelijkingen
research-p-of = p { $by }
research-excluded-groups = Uitgesloten (90 %): g buiten { $lower } tot { $upper }.
research-excluded-all = Over alle { $n } scholen r = { $r }; uitgesloten: r buiten { $lower } tot { $upper }.
research-unseen-groups = Met { $high } tegen { $low } scholen had een verschil kleiner dan d = { $d } zich niet betrouwbaar kunnen tonen.
research-unseen-all = Over alle { $n } scholen evenmin een correlatie met het effect kleiner dan { $r }.
research-unseen-own = Hier met minder scholen: { $text }
research-all-related-in-short = Over alle { $n } scholen hangt het samen met het effect: r = { $r } { $interval }.
research-all-undefined-in-short = Over alle { $n } scholen: niet bepaald ({ $why }).
research-exploratory = Naast het plan: verkennend
research-exploratory-lead = Deze vergelijkingen stonden niet in het plan. Hun p-waarden zijn tegen elkaar afgezet (Benjamini-Hochberg): van wat verschillend heet mag er een op de twintig dat door toeval zijn.
research-groups-note = Groepen: { $reason }
research-groups-decided = besloten op { $on }
research-change = verandering { $wave }
outcome-title = Eén uitkomst van alle kanten
outcome-back = Terug naar de vergelijkingen
outcome-exploratory = Deze vergelijking stond niet in het plan: ze is verkennend.
outcome-planned = Deze vergelijking was gepland.
outcome-numbers = De geplande toets
outcome-n = Scholen, hoog / laag
outcome-means = Gemiddelden, hoog / laag
outcome-difference = Verschil [95 %]
outcome-excluded-units = Uitgesloten: verschillen buiten (90 %)
outcome-p-raw = p op zichzelf
outcome-assignments = { $method }, { $n } verdelingen
outcome-p-bh = p Benjamini-Hochberg
outcome-detectable = Met 80 % kans te zien
outcome-methods = Met andere methoden
outcome-methods-lead = Geen van deze beslist: ze laten zien of de conclusie aan de methode hangt.
outcome-method = Methode
outcome-estimate = Schatting [95 %]
outcome-statistic = Toetsgrootheid
outcome-df = vrijheidsgraden
outcome-p = p
outcome-all = Over alle scholen
outcome-slope = Punten effect per eenheid [95 %]
outcome-slope-sd = per standaardafwijking
outcome-tau2 = Variantie van de effecten die overblijft (τ²)
outcome-cohorts = Cohorten (daarbinnen vergeleken)
outcome-detectable-r = Correlatie die met 80 % kans te zien is
outcome-sizes = Met andere aantallen scholen
outcome-size = Scholen per kant
outcome-size-plan = { $size } (het plan)
method-studentised_permutation = permutatie, elke groep met eigen variantie
method-permutation_interval = interval van de permutatietoets
method-student_t = t van Student
method-welch_t = t van Welch
method-rank_sum = Wilcoxon-Mann-Whitney, exact (U)
method-hodges_lehmann = verschuiving van Hodges-Lehmann
method-brunner_munzel = Brunner-Munzel: kans dat een school van de hoge groep meer heeft
method-brunner_munzel_permuted = Brunner-Munzel, gepermuteerd
method-cliffs_delta = delta van Cliff
method-glass_delta = delta van Glass
method-tost = twee eenzijdige toetsen tegen de marge (g, 90 %-interval)
method-bayes_factor = Bayesfactor BF10 (JZS, Cauchy ,707; schatting: posterieure mediaan van d)
method-team_size_adjusted = bij gelijke teamgrootte (Freedman-Lane)
# effecten van scholen uit een model van de groei van leerlingen
effects-summary = Het gemiddelde effect over de scholen is { $mean }; ware effecten van scholen hebben een standaardafwijking van ongeveer { $sd }.
effects-growth-before = Voor de start groeiden leerlingen { $before } punten per schooljaar.
effects-note-two-stage = Van deze scores is er geen model: de effecten zijn het eenvoudige verschil tussen de groei sinds de start en die ervoor, leerling voor leerling, zonder krimp, betrouwbaarheid of kansen. De waarschuwingen in het verslag zeggen waarom.
effects-note-no-pupil-slopes = Er zijn te weinig scores per leerling om leerlingen in groei te laten verschillen: in het model verschillen zij alleen in niveau, en standaardfouten kunnen iets te klein zijn.
effects-note-boundary = In het model is een variantie nul, of twee termen bewegen als één: de scores onderscheiden ze niet.
effects-figure = Effect per school, met vergelijkingsintervallen
effects-described = { $schools } scholen van het grootste effect naar het kleinste. De stip is de eigen schatting van de school, gevuld waar de school in een van de vergeleken groepen zit; het kruis is de schatting die naar alle scholen toe is getrokken; de dikke lijn is het vergelijkingsinterval, de dunne lijn het 95 %-interval. De tabel eronder heeft dezelfde getallen.
effects-axis = punten per schooljaar
effects-mean = gemiddelde
effects-zero = effect van nul
effects-comparison-lead = Waar de dikke lijnen van twee scholen elkaar niet overlappen, verschillen die twee op ongeveer het 5 %-niveau; waar ze overlappen, kan hun volgorde toeval zijn.
effects-not-a-rank = Een plaats in deze rij is geen rang: hoe waarschijnlijk het is dat een school werkelijk bij de { $top } grootste hoort, staat in de tabel.
effects-comparison = Vergelijkingsinterval
effects-shrunken = Gekrompen
effects-reliability = Betrouwbaarheid
effects-top = P(top { $top })
effects-months = Maanden
effects-columns = Effect: wat de eigen leerlingen van de school zeggen; de groepen zijn ermee gekozen. Gekrompen: hetzelfde, naar het gemiddelde van alle scholen toe getrokken, des te meer naarmate het minder betrouwbaar is. Betrouwbaarheid: het deel van de spreiding dat tussen scholen ligt en niet in het schatten. P(top { $top }): hoe waarschijnlijk het is dat de school werkelijk bij de { $top } grootste hoort. Maanden: extra maanden onderwijs per schooljaar, 12 × effect / gemiddelde groei ervoor.
effects-df = Vrijheidsgraden
effects-facts = Waar het effect mee samengaat
effects-facts-lead = Hoeveel groter het effect is waar scholen in een feit verschillen, terwijl ook niveau en groei ervoor mogen verschillen. Scholen zijn niet aan deze feiten toegewezen: er kunnen andere verschillen achter zitten.
effects-fact = Feit
effects-fact-share = Aandeel leerlingen met gewicht 1,2, van geen naar alle
effects-fact-school_weight = Schoolgewicht, per punt
effects-fact-mathematics = Rekenen
effects-fact-cohort = Cohort
effects-level-throughout = steeds, vergeleken met niet
effects-level-part = voor een deel, vergeleken met niet
effects-difference = Verschil in effect
effects-interval = Interval
effects-models = De modellen voluit
effects-model-rows = { $rows } scores; eenheden: { $units }.
effects-model-left-out = { $rows } rijen missen een waarde die het model nodig heeft en zijn weggelaten.
effects-model-not-fitted = Niet geschat: { $why }.
effects-term = Term
effects-kind = Soort
effects-estimate = Schatting
effects-kind-fixed = vast
effects-kind-variance = variantie
effects-kind-covariance = covariantie
effects-kind-correlation = correlatie
effects-kind-residual = restvariantie
effects-kind-criterion = criterium

# whether a team mean may be formed, beside a comparison
sentence-team-mean-aggregate = Het gemiddelde van een team mag hier worden gevormd: scholen verschillen, hun gemiddelden zijn betrouwbaar en collega's zijn het eens.
sentence-team-mean-aggregate_with_care = Lees deze gemiddelden met zorg: scholen verschillen, maar hun gemiddelden zijn niet erg betrouwbaar of collega's zijn het vaak oneens.
sentence-team-mean-do_not_aggregate = Dat scholen hierin verschillen, is niet aangetoond: het gemiddelde van een team zegt weinig over het team.
outcome-team-mean = Gemiddelde van een team
# what the numbers of scales are worth
nav-scales = Schalen
scales-title = Wat de cijfers van de schalen waard zijn
scales-lead = Per schaal en meting: of de vragen samenhangen, of collega's het eens zijn, en of het gemiddelde van een team iets over het team zegt.
scales-none = Nog geen schaal is beantwoord.
scales-summary = Bij { $yes } van de { $n } keer dat een schaal is gevraagd mag een teamgemiddelde gevormd worden, bij { $care } met voorbehoud, bij { $no } niet.
scales-scale = Schaal
scales-answered = Antwoorden
scales-in-schools = { $n ->
    [one] 1 school
   *[other] { $n } scholen
}
scales-items = Vragen
scales-mean = Gemiddelde van teams
scales-range = schaal { $from }–{ $to }
scales-alpha = Alfa
scales-omega = Omega
scales-median = Mediaan rwg(j)
scales-verdict = Teamgemiddelde?
scales-interval = [{ $lower }; { $upper }]
scales-of-people = { $interval } per persoon
scales-small-print = Eronder het 95 %-interval: van alfa en omega door de scholen steeds opnieuw te trekken, van ICC(1) en ICC(2) uit de variantieanalyse.
scales-rule = Een teamgemiddelde mag gevormd worden als aangetoond is dat scholen verschillen (p van ICC(1) onder { $p }), ICC(2) minstens { $reliable } is en de mediaan van rwg(j) minstens { $agreed }. Is na het eerste maar één van de andere twee gehaald, dan met voorbehoud; anders niet. De grenzen zijn de gebruikelijke in het vakgebied; hoe ze samen wegen, is een afspraak van dit programma.
scales-few-schools = Met minder dan 30 scholen zijn de intervallen van alfa en omega te smal.
scales-of-schools = van { $n }
scales-not-by-itself = Alfa en omega zeggen of de vragen samenhangen, niet of ze meten wat bedoeld is.
scales-verdict-aggregate = mag gevormd worden
scales-verdict-with-care = met voorbehoud
scales-verdict-not = niet: lees de antwoorden per persoon
scales-not-judged = niet beoordeeld
scales-because-all = Scholen verschillen van elkaar, hun gemiddelden zijn betrouwbaar en collega's zijn het eens.
scales-because-but = Scholen verschillen, maar { $what }.
scales-because-but-both = Scholen verschillen, maar { $one } en { $other }.
scales-because-not-shown = Dat scholen van elkaar verschillen is niet aangetoond: ICC(1) is { $icc }, p { $p }.
scales-because-unknown = Of scholen van elkaar verschillen, is niet te bepalen: { $why }.
scales-missed-reliable = het gemiddelde van een team is weinig betrouwbaar (ICC(2) is { $value }, gevraagd is { $asked })
scales-missed-reliable-unknown = hoe betrouwbaar het gemiddelde van een team is, is niet te bepalen ({ $why })
scales-missed-agreed = collega's zijn het vaak oneens (de mediaan van rwg(j) is { $value }, gevraagd is { $asked })
scales-missed-agreed-unknown = of collega's het eens zijn, is niet te bepalen ({ $why })
scales-why-nothing_observed = er is niets van waargenomen
scales-why-no_ties = er zijn geen relaties
scales-why-too_few_actors = er zijn te weinig mensen
scales-why-response_too_low = te weinig mensen deden mee
scales-why-no_variation = alle waarden zijn gelijk
scales-why-too_few_units = er zijn te weinig scholen of mensen
scales-why-too_few_items = de schaal heeft te weinig vragen
scales-why-too_few_answers = er zijn te weinig antwoorden
scales-why-not_finite = een waarde is geen gewoon getal
scales-why-no_convergence = de berekening kwam niet tot rust
scales-why-too_many_actors = het zijn te veel mensen om dit te berekenen
scales-why-no_two_paths = er zijn geen paden via een collega
scales-why-unreachable = niet iedereen is bereikbaar
scales-why-one-item = één vraag heeft geen samenhang; vraag later opnieuw en vergelijk de twee antwoorden
scales-why-two-items = met twee vragen niet te bepalen; de Spearman-Brown-betrouwbaarheid staat bij de andere maten
scales-why-three-items = met drie vragen niet te zeggen: de rest van de schaal is een paar. Lees de vragen op hun bewoording; alfa en omega staan er met hun interval
scales-why-one-direction = geen vraag is tegengesteld gesteld, dus gelijke antwoorden spreken elkaar niet tegen
scales-why-no-null = het is niet bekend hoe antwoorden zonder overeenstemming eruit zouden zien
scales-why-not-kept = niet berekend door een eerdere versie van dit programma
scales-heywood = het model past slecht: één vraag heeft geen eigen deel (Heywood)
scales-definitions = Wat alfa, omega, ICC(1), ICC(2) en rwg(j) betekenen
scales-what-alpha = Hoe sterk de vragen van de schaal samenhangen, van 0 tot 1, als alle vragen even zwaar tellen (Cronbachs alfa, over wie alle vragen beantwoordde).
scales-what-omega = Welk deel van de verschillen in scores op één onderliggende eigenschap berust, als de vragen daar niet even zwaar voor tellen (omega totaal uit een model met één factor).
scales-what-icc_1 = Welk deel van de verschillen tussen mensen een verschil tussen scholen is; 0 is: op welke school iemand werkt zegt niets over het antwoord.
scales-what-icc_2 = Hoe betrouwbaar het gemiddelde van een team is: hoe goed het bij herhaling met andere collega's van dezelfde school zou terugkomen.
scales-what-rwg_j = Hoe sterk de collega's van één school het eens zijn, vergeleken met antwoorden die gelijk over alle mogelijkheden verdeeld zijn; 1 is volledig eens, 0 is alsof er geloot is. Wie aanneemt dat mensen van zichzelf al naar één kant neigen, kijkt bij de andere maten naar de scheve verdeling.
scales-what-interval = Bij herhaling van het onderzoek bevat zo'n interval in 95 van de 100 keer de waarde die voor alle scholen zou gelden.
scales-what-item_rest = Hoe sterk een vraag samengaat met de overige vragen van de schaal; onder nul is een teken dat de vraag anders gelezen wordt of nog omgekeerd moet worden.
scales-what-alpha_if_dropped = Wat alfa zou zijn zonder deze vraag; dat alleen is geen reden om een vraag weg te laten.
scales-term-interval = 95 %-interval
scales-each = Per schaal
scales-each-lead = Achter elke schaal: de vragen, de overeenstemming in de scholen en hoe zorgvuldig is ingevuld.
scales-items-of = Vragen, { $wave }
scales-item = Vraag
scales-reversed = omgekeerd gescoord
scales-no-items = De woorden van deze vragen zijn niet bij dit onderzoek bewaard: hun sleutels staan er.
scales-agreement = Overeenstemming per school
scales-agreement-figure = Overeenstemming tussen collega's, een streepje per school (rwg(j))
scales-agreement-described = { $waves ->
    [one] Eén meting.
   *[other] { $waves } metingen onder elkaar.
} Elk streepje is een school, het vlak de middelste helft van de scholen, de dikke streep de mediaan; vanaf de stippellijn bij { $agreed } heten collega's het eens. De tabel hieronder geeft dezelfde getallen.
scales-axis = rwg(j): 0 geen overeenstemming, 1 volledig eens
scales-schools = Scholen
scales-lowest = Laagste
scales-first-quartile = Eerste kwartiel
scales-middle = Mediaan
scales-third-quartile = Derde kwartiel
scales-highest = Hoogste
scales-share-agreed = Scholen met { $agreed } of meer
scales-set-to-zero = Op 0 gezet
scales-set-to-zero-help = Op 0 gezet: in die scholen verschillen de antwoorden meer dan wanneer er geloot was, en heeft het getal geen betekenis.
scales-quality = Hoe is ingevuld
scales-quality-help = Bij een schaal met weinig vragen zijn gelijke antwoorden op rij gewoon. Een teken alleen is geen reden om iemand weg te laten.
scales-measure = Maat
scales-more = Andere maten
scales-measure-item_mean = Gemiddelde
scales-measure-item_sd = SD
scales-measure-item_rest = Item-rest
scales-measure-alpha_if_dropped = Alfa zonder deze
scales-measure-difficulty = Deel goed
scales-measure-item_total = Item-totaal
scales-measure-item_missing_share = Open gelaten
scales-measure-missing_share = Vragen opengelaten
scales-measure-long_string = Mensen met minstens de helft van de antwoorden gelijk op rij
scales-measure-straight_lining = Mensen die overal hetzelfde invulden, ook bij tegengestelde vragen
scales-measure-reverse_inconsistency = Mensen die tegengestelde vragen in strijd met elkaar beantwoordden
scales-measure-alpha_complete = Alfa, interval per persoon (Feldt)
scales-measure-alpha_pairwise = Alfa, paarsgewijs (iedereen telt mee)
scales-measure-spearman_brown = Spearman-Brown-betrouwbaarheid van twee vragen
scales-measure-kr_20 = KR-20
scales-measure-sem = Meetfout van het aantal goed
scales-measure-icc_1_exact_k = ICC(1) met de precieze teamgrootte
scales-measure-icc_1_p_value = p van ICC(1)
scales-measure-icc_mixed = ICC uit een gemengd model
scales-measure-rwg_j_skewed_median = Mediaan rwg(j) tegen een scheve verdeling
scales-measure-r_star_wg_j_mean = Gemiddelde r*wg(j)
scales-measure-ad_m_j_mean = Gemiddelde afwijking in de school (AD), in schaalpunten
outcome-one-step = In één model van alle leerlingen, punten per standaardafwijking [95 %]

# the page of a school
number-0 = nul
number-1 = één
number-2 = twee
number-3 = drie
number-4 = vier
number-5 = vijf
number-6 = zes
number-7 = zeven
number-8 = acht
number-9 = negen
number-10 = tien
about-goals = doelen
about-approach = aanpak
about-progress = de voortgang van leerlingen
school-ready = { $n ->
    [one] De uitkomsten van meting { $waves } zijn klaar.
   *[other] De uitkomsten van de metingen { $waves } zijn klaar.
}
school-ready-about = Ze zijn voor uw eigen school. Wij leggen vast op welke dag ze voor het eerst worden geopend, want uitkomsten zien doet op zichzelf al iets. Wie ze opent, leggen we niet vast.
school-open = Open de uitkomsten
school-begin = Om mee te beginnen
school-relation-title = Gesprekken over { $relation }
school-whole = alles op één pagina
school-compared = Groepen vergeleken
said-response = Van de { $of } collega's { $n ->
    [one] vulde er { $many }
   *[other] vulden er { $many }
} de vragen in; waar antwoorden ontbreken, geven we een bandbreedte.
said-response-all = Alle { $of } collega's vulden de vragen in.
said-density = Van elke tien keer dat iemand een collega had kunnen noemen voor een gesprek over { $relation }, gebeurde dat { $about ->
    [1] ongeveer één keer
    [9] ongeveer negen keer
   *[other] { $word } keer
} (bandbreedte { $from } tot { $to }).
said-reciprocity = Van elke tien tweetallen waarin iemand de ander noemde voor een gesprek over { $relation }, { $about ->
    [1] noemde ongeveer één tweetal elkaar
    [9] noemden er ongeveer negen elkaar
   *[other] noemden er { $word } elkaar
} (bandbreedte { $from } tot { $to }); { $about ->
    [9] in het andere noemde
   *[other] in de andere { $rest } noemde
} één van beiden de ander.
said-differently = U ziet dat gesprek verschillend; niemand heeft ongelijk.
said-alike = { $least ->
    [0] De middengroep van scholen van uw grootte ligt op hooguit { $to } keer.
   *[other] { $most ->
        [10] De middengroep van scholen van uw grootte ligt op { $from } keer of vaker.
       *[other] De middengroep van scholen van uw grootte ligt tussen { $from } en { $to } keer.
    }
} Meer is niet vanzelf beter.
said-alike-few = Er zijn te weinig scholen van uw grootte om naast de uwe te leggen.
said-moved = { $n ->
    [0] er kwam of ging niemand
    [one] { $many } collega kwam of ging
   *[other] { $many } collega's kwamen of gingen
}
said-change-small = De verandering sinds de vorige meting ({ $wave }) is te klein om er iets over te zeggen{ $told ->
    [0] .
   *[other] ; { $moved }.
}
said-change-more = Wie er ook bij de vorige meting ({ $wave }) waren, noemen elkaar nu vaker voor een gesprek over { $relation }.
said-change-less = Wie er ook bij de vorige meting ({ $wave }) waren, noemen elkaar nu minder vaak voor een gesprek over { $relation }.
said-change-more-all = Voor een gesprek over { $relation } wordt nu vaker iemand genoemd dan bij de vorige meting ({ $wave }){ $told ->
    [0] .
   *[other] ; { $moved }.
}
said-change-less-all = Voor een gesprek over { $relation } wordt nu minder vaak iemand genoemd dan bij de vorige meting ({ $wave }){ $told ->
    [0] .
   *[other] ; { $moved }.
}
said-change-stayed = De tekening is van het hele team op beide momenten; { $moved }.
said-change-withheld = Of er sinds de vorige meting ({ $wave }) iets veranderde, tonen we niet.
said-even-more = Gesprekken over { $relation } zijn nu gelijkmatiger over het team verdeeld dan bij de vorige meting ({ $wave }).
said-even-less = Gesprekken over { $relation } zijn nu minder gelijkmatig over het team verdeeld dan bij de vorige meting ({ $wave }).
said-even-stayed = Dit gaat over wie er beide keren waren.
said-less-often = { $a } en { $b } noemen elkaar minder vaak over { $relation } dan over { $than }.
said-mean = Gemiddeld { $mean } op een schaal van { $least } tot { $most }, over { $many } { $n ->
    [one] collega
   *[other] collega's
}.
said-mean-alone = Gemiddeld { $mean } op een schaal van { $least } tot { $most }.
said-mean-small = De verandering sinds de vorige meting ({ $wave }) is te klein om er iets over te zeggen.
said-mean-more = Dat is hoger dan bij de vorige meting ({ $wave }).
said-mean-less = Dat is lager dan bij de vorige meting ({ $wave }).
said-mean-usual = De middengroep van alle scholen ligt tussen { $from } en { $to }.
said-answer = ‘{ $a }’
said-answers-two = ‘{ $a }’ of ‘{ $b }’
said-answers-more = ‘{ $a }’ tot ‘{ $b }’
said-most = De meeste collega's kiezen { $answers } bij:
said-most-above = De meeste antwoorden liggen boven het midden bij:
said-most-below = De meeste antwoorden liggen onder het midden bij:
said-in-between = De meeste antwoorden liggen rond het midden bij:
said-divided = De antwoorden lopen uiteen bij:
said-of-one = { $lead } “{ $item }”.
said-items-withheld = { $n ->
    [one] Eén uitspraak tonen we niet, zodat niemand kan afleiden wat één collega heeft ingevuld.
   *[other] De antwoorden op { $many } uitspraken tonen we niet, zodat niemand kan afleiden wat één collega heeft ingevuld.
}
begin-all = Wat hieronder staat, gaat dus over het hele team.
begin-nearly-all = Wat hieronder staat, gaat dus over bijna het hele team.
begin-thanks = Dank aan wie er de tijd voor nam.
begin-rose = { $title }: het team komt hoger uit dan bij de vorige meting ({ $wave }), nu gemiddeld { $mean } op een schaal van { $least } tot { $most }.
begin-high = { $title }: het team komt gemiddeld uit op { $mean }, op een schaal van { $least } tot { $most }.
begin-pairs = { $relation }: van elke tien tweetallen waarin iemand de ander noemde, noemden er { $about ->
    [9] ongeveer negen
   *[other] { $word }
} elkaar.
ask-less-often = { $a } en { $b } noemen elkaar minder vaak over { $relation } dan over { $than }. Hoe komt dat, en zou iemand dat anders willen?
ask-even-more = Gesprekken over { $relation } zijn gelijkmatiger over het team verdeeld dan eerst. Wat merkt u daarvan?
ask-even-less = Gesprekken over { $relation } zijn minder gelijkmatig over het team verdeeld dan eerst. Wat maakt dat, en past het bij hoe u wilt werken?
ask-less-than-others = Over { $relation } noemt u elkaar minder vaak dan de middengroep van scholen van uw grootte. Past dat bij wat u nodig hebt?
ask-more-than-others = Over { $relation } noemt u elkaar vaker dan de middengroep van scholen van uw grootte. Past dat bij wat u nodig hebt?
ask-pairs = Wanneer is iets voor u een gesprek over { $relation }? Vergelijk uw antwoorden: waar ziet u het verschillend?
ask-divided = Over “{ $item }” lopen de antwoorden uiteen. Welke ervaringen zitten daarachter?
ask-mean-more = { $title }: hoger dan bij de vorige meting. Wat is er in die tijd gebeurd dat u wilt vasthouden?
ask-mean-less = { $title }: lager dan bij de vorige meting. Wat is er in die tijd gebeurd?
ask-moved = Sinds de vorige meting kwamen of gingen { $many } collega's. Hoe vindt wie nieuw is de weg naar deze gesprekken?
picture-response = { $many } van de { $of } collega's
picture-ten = { $word } van elke tien keer, bandbreedte { $from } tot { $to }
picture-pairs = { $word } van elke tien tweetallen noemen elkaar, bandbreedte { $from } tot { $to }
picture-now = nu
picture-change = Van elke tien keer bij meting { $then } { $was } keer en nu { $is } keer
picture-even-more = Een voorbeeld, niet uw team: eerst wordt één collega veel vaker genoemd, dan allen ongeveer even vaak
picture-even-less = Een voorbeeld, niet uw team: eerst worden allen ongeveer even vaak genoemd, dan één collega veel vaker
picture-less-often = { $a } en { $b }: over { $relation } minder vaak dan over { $than }, in bandbreedten van elke tien keer
strip-title = Genoemd voor een gesprek over { $relation }, per meting
strip-axis = van elke tien keer
strip-value = Genoemd, van elke tien keer
strip-said = { $from } tot { $to }
strip-usual = middengroep van scholen van uw grootte
profile-title = Gemiddelde van het team, per meting
profile-scale = Onderwerp
profile-mean = Gemiddelde
profile-usual = middengroep van alle scholen
picture-lean = Waar de meeste antwoorden liggen, van laag naar hoog: { $where }
picture-lean-most_agree = boven het midden
picture-lean-most_disagree = onder het midden
picture-lean-in_between = rond het midden
picture-lean-divided = aan beide kanten
school-picture-kind = Beeld
school-picture-groups = groepen
school-picture-persons = met personen
persons-title = Met personen: { $relation }, meting { $wave }
persons-described = { $n } collega's die ermee instemden met naam getekend te worden, en { $ties } keer dat een van hen een ander noemde.
persons-lead = In dit beeld staat alleen wie ermee instemde. De plaats van een stip zegt niets over belang; wie elkaar vaker noemen, staan dichter bij elkaar, bij elke meting op dezelfde plaats.
persons-others = { $n ->
    [one] Eén collega staat er niet in.
   *[other] De andere { $many } collega's staan er niet in.
}
persons-mutual = noemden elkaar
persons-one-way = de een noemde de ander
persons-person = Collega
persons-named = Noemde
persons-people = Collega's
