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
instruments-status = Herkomst van de vragen
instruments-collected = Wanneer en bij wie
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
rule-answered = { $item } is beantwoord
rule-equal = { $item } gelijk is aan { $value }
rule-not-equal = { $item } is beantwoord en niet gelijk is aan { $value }
rule-less = { $item } minder is dan { $value }
rule-at-most = { $item } ten hoogste { $value } is
rule-more = { $item } meer is dan { $value }
rule-at-least = { $item } ten minste { $value } is
rule-includes = bij { $item } gekozen is { $value }
rule-not = niet geldt: { $rule }
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
know-who = Dit vraagt het onderzoek "{ $title }". Uw antwoorden worden met uw naam verbonden bewaard; de onderzoekers werken met codes in plaats van namen. Vragen: { $contact }.
know-seen = Uw school, schoolleider, trainer en bestuur zien nooit wat u antwoordde of wie u noemde. Zij zien alleen uitkomsten over groepen, zo dat niemand te herkennen is. Met naam in een beeld van de eigen school komt alleen wie dat zelf goedvindt.
know-no-appraisal = Uw antwoorden worden niet gebruikt om u of uw collega's te beoordelen.
know-leadership = Uitkomsten over het leiderschap ziet de schoolleider het eerst, en alleen als gemiddelde van het team. De schoolleider beslist of anderen ze zien.
know-stop = Meedoen is vrijwillig en u mag elke vraag overslaan. U kunt op elk moment stoppen en later verdergaan: elke pagina wordt bewaard. Intrekken kan { $until }.
until-day = tot en met { $day }
until-closed = tot deze meting gesloten is (volgens plan op { $day })
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
consent-research-about = Mogen uw antwoorden voor dit onderzoek gebruikt worden? Zonder ja kunt u niet verder. Zegt u nee, dan heeft dat geen gevolgen voor uw werk; collega's kunnen u dan nog wel noemen.
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
board-filter = Tonen
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
