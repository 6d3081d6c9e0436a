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
start-time = Invullen kost ongeveer { $minutes }. U kunt stoppen en later verdergaan, ook op een ander apparaat: elke pagina wordt bewaard.
start-about = Dit wordt u gevraagd
start-privacy = Wat er met uw antwoorden gebeurt
start-privacy-names = Uw antwoorden zijn niet anoniem: ze worden met uw naam verbonden bewaard, zodat metingen vergeleken kunnen worden. De onderzoekers werken met codes in plaats van namen.
start-privacy-seen = Uw school, schoolleider, trainer en bestuur zien nooit wat u antwoordde of wie u noemde: alleen uitkomsten over groepen van ten minste { $k } mensen.
start-privacy-listed = Collega's kunnen u noemen, ook als u zelf niet meedoet. Wie bezwaar heeft, meldt dat bij de contactpersoon.
start-privacy-free = Meedoen is vrijwillig. U mag elke vraag overslaan.
start-go = Beginnen
start-continue = Verdergaan
start-closes = Open tot { $at }.
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
conflict-title = Op een ander apparaat is iets anders ingevuld
conflict-lead = Hieronder staat wat u nu stuurde. Druk nog eens op bewaren om dit te houden, of open de pagina opnieuw om te zien wat bewaard is.
conflict-reload = Toon wat bewaard is

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
response-lead = Per school en meting: uitgenodigd, begonnen, verstuurd. Wie er antwoordde, staat hier niet.
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
school-dated = Stand van { $at }, na het sluiten van meting { $wave }.
school-none-title = Nog geen uitkomsten
school-none-lead = Uitkomsten verschijnen nadat een meting voor uw school gesloten is.
school-good = { $n } van de { $of } collega's vulden de vragen in bij meting { $wave }.
school-good-lead = Waar antwoorden ontbreken, is het beeld minder zeker; daarom geven we bandbreedtes in plaats van losse getallen.
school-picture = Samenwerking in groepen
school-picture-lead = Elke cirkel is een groep collega's. Hoe breder een lijn, hoe vaker collega's van de ene groep iemand uit de andere noemden. Het getal onder de groepsnaam zegt hoe vaak collega's elkaar binnen de groep noemden.
school-picture-caption = Groepsbeeld: { $relation }, meting { $wave }
school-relation = Waarover
school-wave = Meting
school-more = Meer is niet vanzelf beter.
school-density = Van elke tien keer dat iemand een collega had kunnen noemen voor een gesprek over { $relation }, gebeurde dat { $band }.
school-reciprocity = Van elke tien tweetallen waarin iemand de ander noemde voor een gesprek over { $relation }, noemden er { $band } elkaar. In de andere tweetallen ziet u dat gesprek verschillend; niemand heeft ongelijk.
school-change-same = Bij meting { $wave } lag dit in dezelfde band.
school-change-other = Bij meting { $wave } was dat { $band }.
band-times = tussen de { $from } en { $to } keer
band-pairs = tussen de { $from } en { $to }
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
school-scales-lead = Het gemiddelde van wie de vragen beantwoordden.
school-scale-about = (op een schaal van { $from } tot { $to }; { $n } mensen)
school-scale = Onderwerp
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
research-means = Gemiddelde hoog / laag
research-lower = lager bij groot effect
research-higher = hoger bij groot effect
research-axis = Hedges' g met 95 %-interval
research-described = { $rows } uitkomsten, waarvan { $different } verschillend (gevuld rondje). De tabel hieronder geeft dezelfde getallen.
research-not-defined = niet bepaald
research-difference = Verschil
research-g = g [95 %]
research-p = p exact
research-p-maxt = p maxT
research-verdict = Oordeel
verdict-different = verschillend
verdict-equivalent = gelijkwaardig
verdict-cannot-tell = niet te zeggen
research-excluded = Uitgesloten (90 %): g buiten { $from } tot { $to }.
research-detectable = Met 80 % kans te zien: d van { $d } of meer.
research-reading = "Niet te zeggen" betekent niet dat er geen verschil is. Onder "uitgesloten" staat welke verschillen (in g) niet passen bij de gegevens; een werkelijk verschil kleiner dan de aantoonbare d was met deze aantallen scholen meestal niet gevonden.
research-not-unimportant = Factoren die het verschil niet verklaren zijn niet per definitie onbelangrijk voor de implementatie.
research-show = Toon
research-choose = Uitkomsten
research-choose-all = alle uitkomsten
research-choose-family = het vastgelegde plan
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
effects-lead = Groei van de leerlingen per schooljaar tijdens de interventie min de groei ervoor, in punten van de toetsschaal. Een eenvoudige schatter per leerling; een gemengd model is nauwkeuriger.
effects-effect = Effect
effects-se = Standaardfout
effects-before = Groei ervoor
effects-during = Groei tijdens
effects-pupils = Leerlingen
effects-group = Groep
effects-weight = Gewicht
effects-by-weight = Naar leerlinggewicht
effects-by-weight-lead = Het gewicht is een categorie: de winst hoeft er niet mee op te lopen. De standaardfout rekent leerlingen als onafhankelijk.
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
matrix-no-staff = personeelslijsten
matrix-no-windows = Dit cohort heeft nog geen metingen.
matrix-all-schools = Alle scholen
matrix-all-roles = Alle rollen
matrix-due = Op de lijst
matrix-finished-head = Klaar
matrix-invited = uitgenodigd
matrix-started = begonnen
matrix-finished = klaar
matrix-back = Terug naar de opzet
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
design-holidays-help = Eén per regel, eerste en laatste dag: 2026-10-17 2026-10-25.
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
texts-standard-who-asks = De onderzoekers van { $study } vragen u dit, in overleg met { $school }.
people-title = Mensen
people-lead = Links voor wie meewerkt aan het onderzoek of resultaten bekijkt. Personeel dat vragenlijsten invult wordt elders uitgenodigd.
people-fresh = De link voor { $label }. Geef hem persoonlijk door; in plaats van de link kan de code getypt worden.
people-code = Code:
people-role = Rol
people-role-help = Een eigenaar doet alles; een onderzoeker ziet resultaten met pseudoniemen; een trainer volgt de respons van een aantal scholen; een school ziet de eigen resultaten.
people-owner = eigenaar
people-researcher = onderzoeker
people-trainer = trainer
people-school = school
people-label = Voor wie
people-label-help = Een naam waaraan u de link herkent.
people-schools = Scholen
people-schools-help = Eén voor een school, één of meer voor een trainer.
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
mail-invitation-subject = Vragenlijst { $study }: uw uitnodiging
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
letter-body =
    Beste { $name },

    { $school } doet mee aan { $study }. U wordt gevraagd een vragenlijst in te vullen over hoe u in uw team samenwerkt. Dat kost ongeveer { $minutes }. U kunt stoppen en later verdergaan, ook op een ander apparaat.

    U kunt meedoen tot { $closes }. Meedoen is vrijwillig en wordt niet gebruikt om u te beoordelen. De link is van u alleen: geef hem niet door.

    Vragen? { $contact }
