//! The words of the codebook: what each file holds, what each column that every study has means, why a value is missing.

/// Name, Dutch, English.
pub type Words = (&'static str, &'static str, &'static str);

/// What each file holds.
pub const FILES: [Words; 20] = [
    (
        "respondents.csv",
        "Wie op de lijst stond, per meting, en hoe ver ieder kwam. Ook van metingen die nog open zijn.",
        "Who was on the list, per wave, and how far everyone came. Of open waves too.",
    ),
    (
        "answers.csv",
        "Elk antwoord op een eigen regel; ook wat niet beantwoord is, met de reden.",
        "Every answer on a line of its own; also what was not answered, with the reason.",
    ),
    (
        "answers_wide_",
        "De antwoorden op één vragenlijst, één regel per persoon en meting.",
        "The answers to one questionnaire, one row per person and wave.",
    ),
    (
        "texts.csv",
        "Vrije teksten, zoals ze geschreven zijn. Let op: daarin kan staan wie iemand is. Lees en schoon ze voordat u ze deelt.",
        "Free texts as they were written. Mind: they can tell who somebody is. Read and clean them before you share them.",
    ),
    (
        "nominations.csv",
        "Wie wie noemt: elk paar, ook die niet genoemd zijn (0) en die niet bekend zijn (NA).",
        "Who names whom: every pair, also those not named (0) and those not known (NA).",
    ),
    (
        "board_nominations.csv",
        "Het netwerk rond elk bestuur, apart van de scholen: elk paar, ook wie niet genoemd is (0) en wat niet bekend is (NA).",
        "The network around each board, apart from the schools: every pair, also those not named (0) and those not known (NA).",
    ),
    (
        "roster.csv",
        "De personeelslijst van elke gesloten meting.",
        "The staff list of every closed wave.",
    ),
    (
        "scales.csv",
        "De schaalscores, volgens de regel van elke vragenlijst.",
        "The scale scores, by the rule of each questionnaire.",
    ),
    (
        "windows.csv",
        "Wanneer elk cohort elke meting invulde.",
        "When each cohort answered each wave.",
    ),
    (
        "instruments.csv",
        "De vragenlijsten, met versie en hash.",
        "The questionnaires, with version and hash.",
    ),
    (
        "persons.csv",
        "Voor schakel analyse: wie er was en wie antwoordde.",
        "For schakel analyse: who was there and who answered.",
    ),
    (
        "ties.csv",
        "Voor schakel analyse: wie wie noemt; een paar dat ontbreekt is niet genoemd.",
        "For schakel analyse: who names whom; a pair that is absent was not named.",
    ),
    (
        "items.csv",
        "Voor schakel analyse: de antwoorden waar schalen van gemaakt zijn.",
        "For schakel analyse: the answers that scales are made of.",
    ),
    (
        "schools.csv",
        "Voor schakel analyse: cohort en achtergrond van elke school.",
        "For schakel analyse: cohort and background of each school.",
    ),
    (
        "scores.csv",
        "Voor schakel analyse: leerlingscores, van cohorten waarvan elke meting gesloten is.",
        "For schakel analyse: pupils' scores, of cohorts whose every wave is closed.",
    ),
    (
        "trainings.csv",
        "Van scholen met een logboek van hun trainer: hoeveel bijeenkomsten, en welk deel van het team er was.",
        "Of schools with a log of their trainer: how many meetings, and which share of the team was there.",
    ),
    (
        "scales.toml",
        "Voor schakel analyse: welke vragen samen een schaal zijn.",
        "For schakel analyse: which questions make a scale.",
    ),
    (
        "codebook.csv",
        "Wat elke kolom betekent.",
        "What every column means.",
    ),
    (
        "codebook.html",
        "Hetzelfde, om te lezen.",
        "The same, to be read.",
    ),
    (
        "manifest.csv",
        "Elk bestand met zijn aantal regels en zijn hash.",
        "Every file with its number of rows and its hash.",
    ),
];

/// Columns that are the same in every study. Table (empty: any), name, Dutch, English, type.
pub const COLUMNS: [(&str, Words, &str); 60] = [
    (
        "",
        (
            "school",
            "sleutel van de school, zoals de onderzoeker die gaf",
            "key of the school, as the researcher gave it",
        ),
        "text",
    ),
    ("", ("wave", "meting", "wave"), "text"),
    ("", ("cohort", "cohort", "cohort"), "text"),
    (
        "",
        (
            "respondent",
            "sleutel van de persoon: dezelfde in elke meting en elke tabel; zegt niet wie het is",
            "key of the person: the same in every wave and table; does not tell who it is",
        ),
        "key",
    ),
    (
        "",
        (
            "seconds_per_item",
            "seconden per vraag op een schaal, over de pagina's waarvan bekend is wanneer ze open gingen; leeg als dat niet zo is",
            "seconds per rated item, over the pages of which it is known when they were opened; empty where it is not",
        ),
        "number",
    ),
    (
        "",
        (
            "person",
            "sleutel van de persoon, als in respondent",
            "key of the person, as in respondent",
        ),
        "key",
    ),
    (
        "",
        ("ego", "sleutel van wie noemt", "key of who names"),
        "key",
    ),
    (
        "",
        (
            "alter",
            "sleutel van wie genoemd wordt",
            "key of who is named",
        ),
        "key",
    ),
    (
        "",
        (
            "pupil",
            "sleutel van de leerling; zegt niet wie het is",
            "key of the pupil; does not tell who it is",
        ),
        "key",
    ),
    (
        "board_nominations.csv",
        ("board", "sleutel van het bestuur", "key of the board"),
        "key",
    ),
    (
        "",
        (
            "relation",
            "de relatie waar naar gevraagd is",
            "the relation that was asked about",
        ),
        "text",
    ),
    (
        "",
        (
            "role",
            "rol waarin de persoon telt; leeg voor wie bezwaar maakte tegen vermelding",
            "role in which the person counts; empty for someone who objected to being listed",
        ),
        "text",
    ),
    (
        "",
        (
            "roles",
            "alle rollen, gescheiden door |",
            "all roles, separated by |",
        ),
        "list",
    ),
    (
        "",
        (
            "groups",
            "groepen, gescheiden door |",
            "groups, separated by |",
        ),
        "list",
    ),
    ("", ("instrument", "vragenlijst", "questionnaire"), "text"),
    (
        "",
        (
            "version",
            "versie van de vragenlijst die is ingevuld, of anders de nieuwste",
            "version of the questionnaire that was answered, or else the newest",
        ),
        "integer",
    ),
    ("", ("item", "vraag", "question"), "text"),
    ("", ("scale", "schaal", "scale"), "text"),
    (
        "respondents.csv",
        (
            "window",
            "closed: gesloten; open: nog niet gesloten",
            "closed, or open: not closed yet",
        ),
        "text",
    ),
    (
        "respondents.csv",
        (
            "class",
            "complete: op tijd verstuurd; late: in het uur na sluiting verstuurd; partial: begonnen, niet verstuurd; none: niets ingevuld; withdrawn: ingetrokken",
            "complete: submitted in time; late: submitted within the hour after closing; partial: begun and not submitted; none: nothing answered; withdrawn: taken back",
        ),
        "text",
    ),
    (
        "respondents.csv",
        (
            "started_on",
            "dag waarop begonnen is",
            "day on which it was begun",
        ),
        "date",
    ),
    (
        "respondents.csv",
        (
            "seconds",
            "seconden van de eerste tot de laatste keer bewaren of versturen, pauzes inbegrepen",
            "seconds from the first to the last save or submission, pauses included",
        ),
        "integer",
    ),
    (
        "respondents.csv",
        (
            "instruments",
            "vragenlijsten die begonnen zijn, met versie",
            "questionnaires that were begun, with version",
        ),
        "list",
    ),
    (
        "answers.csv",
        (
            "value",
            "het antwoord: code, getal of datum; meer keuzen gescheiden door |; text: zie texts.csv; named of nobody: zie nominations.csv; ticked: kaart aangekruist",
            "the answer: code, number or date; several choices separated by |; text: see texts.csv; named or nobody: see nominations.csv; ticked: card was ticked",
        ),
        "any",
    ),
    (
        "answers.csv",
        ("label", "het antwoord in woorden", "the answer in words"),
        "text",
    ),
    (
        "",
        (
            "missing",
            "waarom er geen waarde is",
            "why there is no value",
        ),
        "text",
    ),
    (
        "texts.csv",
        ("text", "wat er geschreven is", "what was written"),
        "text",
    ),
    (
        "",
        (
            "value",
            "0: niet genoemd; 1 of meer: genoemd, met de sterkte als daarnaar gevraagd is; NA: niet bekend",
            "0: not named; 1 or more: named, with the strength where it was asked; NA: not known",
        ),
        "number",
    ),
    (
        "",
        (
            "present",
            "1: op de lijst; 0: niet",
            "1: on the list; 0: not",
        ),
        "0/1",
    ),
    (
        "",
        (
            "responded",
            "1: beantwoordde een vraag over collega's",
            "1: answered a question about colleagues",
        ),
        "0/1",
    ),
    (
        "roster.csv",
        (
            "joined_on",
            "eerste dag op de lijst",
            "first day on the list",
        ),
        "date",
    ),
    (
        "roster.csv",
        (
            "left_on",
            "dag van vertrek, als die voor de sluiting lag",
            "day of leaving, if before the closing",
        ),
        "date",
    ),
    (
        "scales.csv",
        (
            "score",
            "gemiddelde van de beantwoorde vragen, na omkering",
            "mean of the answered questions, after reversal",
        ),
        "number",
    ),
    (
        "scales.csv",
        (
            "answered",
            "aantal beantwoorde vragen van de schaal",
            "number of answered questions of the scale",
        ),
        "integer",
    ),
    (
        "scales.csv",
        (
            "needed",
            "aantal dat nodig is voor een score",
            "number needed for a score",
        ),
        "integer",
    ),
    (
        "trainings.csv",
        (
            "meetings",
            "aantal bijeenkomsten in het logboek van de trainer",
            "number of meetings in the log of the trainer",
        ),
        "integer",
    ),
    (
        "trainings.csv",
        (
            "present_of_team",
            "deel van het team dat aanwezig was, gemiddeld over de bijeenkomsten",
            "share of the team that was present, mean over the meetings",
        ),
        "number",
    ),
    (
        "trainings.csv",
        (
            "present_of_invited",
            "deel van de uitgenodigden dat aanwezig was, gemiddeld over de bijeenkomsten",
            "share of those invited who were present, mean over the meetings",
        ),
        "number",
    ),
    (
        "trainings.csv",
        (
            "group_plans",
            "aantal groepsplannen dat is besproken",
            "number of group plans that were discussed",
        ),
        "integer",
    ),
    (
        "trainings.csv",
        (
            "class_support",
            "aantal keren dat ondersteuning in de klas is gegeven",
            "number of times that support was given in class",
        ),
        "integer",
    ),
    (
        "windows.csv",
        ("opens_at", "open vanaf (UTC)", "open from (UTC)"),
        "instant",
    ),
    (
        "windows.csv",
        ("closes_at", "open tot (UTC)", "open until (UTC)"),
        "instant",
    ),
    (
        "windows.csv",
        (
            "closed_at",
            "gesloten en bevroren (UTC); leeg: nog niet",
            "closed and frozen (UTC); empty: not yet",
        ),
        "instant",
    ),
    (
        "instruments.csv",
        (
            "hash",
            "SHA-256 van het bestand van de vragenlijst",
            "SHA-256 of the file of the questionnaire",
        ),
        "text",
    ),
    (
        "instruments.csv",
        ("title_nl", "titel in het Nederlands", "title in Dutch"),
        "text",
    ),
    (
        "instruments.csv",
        ("title_en", "titel in het Engels", "title in English"),
        "text",
    ),
    (
        "instruments.csv",
        ("items", "aantal vragen", "number of questions"),
        "integer",
    ),
    (
        "instruments.csv",
        (
            "asked_in",
            "metingen waarin dit gevraagd is",
            "waves in which it was asked",
        ),
        "list",
    ),
    (
        "instruments.csv",
        (
            "asked_of",
            "rollen aan wie dit gevraagd is",
            "roles of whom it was asked",
        ),
        "list",
    ),
    (
        "instruments.csv",
        (
            "about",
            "self: over zichzelf of de eigen school; principal: over de schoolleider; roster: over collega's; board: over het netwerk van het bestuur",
            "self: about oneself or one's school; principal: about the principal; roster: about colleagues; board: about the board's network",
        ),
        "text",
    ),
    (
        "instruments.csv",
        (
            "status",
            "waar de woorden vandaan komen",
            "where the words come from",
        ),
        "text",
    ),
    ("instruments.csv", ("source", "bron", "source"), "text"),
    (
        "scores.csv",
        (
            "month",
            "maanden sinds het begin van de interventie; daarvoor negatief",
            "months since the start of the intervention; negative before it",
        ),
        "number",
    ),
    (
        "scores.csv",
        (
            "score",
            "score in het leerlingvolgsysteem",
            "score in the pupil monitoring system",
        ),
        "number",
    ),
    (
        "scores.csv",
        ("weight", "gewicht: een categorie", "weight: a category"),
        "text",
    ),
    ("manifest.csv", ("file", "bestand", "file"), "text"),
    (
        "manifest.csv",
        (
            "rows",
            "aantal regels, zonder de kop",
            "number of rows, without the header",
        ),
        "integer",
    ),
    (
        "manifest.csv",
        ("sha256", "SHA-256 van het bestand", "SHA-256 of the file"),
        "text",
    ),
    ("", ("table", "bestand", "file"), "text"),
    ("", ("variable", "kolom", "column"), "text"),
];

/// Why a cell is empty.
pub const REASONS: [Words; 5] = [
    (
        "left_open",
        "de pagina is verstuurd zonder dit antwoord",
        "the page was sent without this answer",
    ),
    (
        "not_reached",
        "de pagina is nooit verstuurd",
        "the page was never sent",
    ),
    (
        "skipped_by_rule",
        "een regel van de vragenlijst slaat de vraag over, gegeven de andere antwoorden",
        "a rule of the questionnaire skips the question, given the other answers",
    ),
    (
        "not_due",
        "niet gevraagd: de vragenlijst niet aan deze persoon, of de vraag niet in deze versie",
        "not asked: the questionnaire not of this person, or the question not in this version",
    ),
    (
        "too_few_answers",
        "te weinig beantwoorde vragen voor een score",
        "too few answered questions for a score",
    ),
];
