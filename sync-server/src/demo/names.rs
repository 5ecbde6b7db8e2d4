//! Invented people: everyday given names, and family names out of the garden that nobody takes for a real client list.

pub const GIVEN: [&str; 56] = [
    "Ada", "Alma", "Amélie", "Anouk", "Antje", "Ayşe", "Björn", "Carla", "Chiara", "Clara", "Dilek", "Ebba", "Elif",
    "Emil", "Enno", "Fatma", "Femke", "Finn", "Frieda", "Greta", "Hanna", "Helge", "Ida", "Ilka", "Inga", "Jasper",
    "Jette", "Jonna", "Jule", "Jürgen", "Karl", "Käthe", "Lale", "Lasse", "Leni", "Levke", "Lotte", "Łucja", "Malte",
    "Marit", "Merle", "Mia", "Noor", "Ole", "Paula", "Renée", "Rike", "Selma", "Sören", "Stine", "Svea", "Thea",
    "Tilda", "Wanda", "Yara", "Zoë",
];

pub const FAMILY: [&str; 60] = [
    "Ahornblatt",
    "Apfelkern",
    "Bachkiesel",
    "Basilikum",
    "Birnbaum-Demo",
    "Blaubeer",
    "Brombeer",
    "Buchecker",
    "Butterblum",
    "Distelfink",
    "Eberesch",
    "Efeuranke",
    "Eichelkern",
    "Enzianblau",
    "Erdbeer",
    "Estragon",
    "Federgras",
    "Feldthymian",
    "Fingerhut",
    "Flieder",
    "Gänseblum",
    "Ginsterbusch",
    "Haferkorn",
    "Hagebutt",
    "Haselnuss",
    "Heidekraut",
    "Himbeer",
    "Holunder",
    "Hopfendold",
    "Immergrün",
    "Johannisbeer",
    "Kamillentee",
    "Kastanie",
    "Kieselstein",
    "Kirschkern",
    "Klatschmohn",
    "Kornblum",
    "Kürbiskern",
    "Lavendel",
    "Lindenblüt",
    "Löwenzahn",
    "Mirabell",
    "Mohnkapsel",
    "Moosbeer",
    "Myrtenzweig",
    "Nachtkerz",
    "Pfefferminz",
    "Pflaumenmus",
    "Preiselbeer",
    "Quittengelee",
    "Ringelblum",
    "Rosmarin",
    "Salbeiblatt",
    "Sanddorn",
    "Sauerklee",
    "Schlehdorn",
    "Sonnenhut",
    "Stachelbeer",
    "Wacholder",
    "Zitronengras",
];

/// The team has names of its own, so that nobody looks for them among the clients.
pub const TEAM: [(&str, &str); 12] = [
    ("Rosa Blaubeer", "RB"),
    ("Mira Sommerflieder", "MS"),
    ("Jonas Wiesenklee", "JW"),
    ("Aylin Sternanis", "AS"),
    ("Theo Wacholder", "TW"),
    ("Nele Hasel", "NH"),
    ("Luca Feldsalat", "LF"),
    ("Pia Zimtblüt", "PZ"),
    ("Kofi Muskat", "KM"),
    ("Ines Lavendel", "IL"),
    ("Bo Kümmel", "BK"),
    ("Tuva Anis", "TA"),
];

/// Number blocks that the Bundesnetzagentur keeps free for film and fiction (area code, first digits), each with a
/// thousand last digits.
pub const PHONE_BLOCKS: [(&str, &str); 5] =
    [("30", "23125"), ("69", "90009"), ("40", "66969"), ("221", "4710"), ("89", "99998")];

pub const NOTES: [&str; 12] = [
    "Prefers a quiet chair by the window",
    "Brings a dog, very calm",
    "Likes oat milk in the coffee",
    "Always ten minutes early",
    "Talks about sailing",
    "Please no small talk before ten",
    "Sends a friend every month",
    "Long hair: plan more time for drying",
    "Reads on the tablet, needs a socket",
    "Left-handed: bag on the right",
    "Wants to see the back in the mirror",
    "Pays for the daughter too",
];

pub const ALLERGIES: [&str; 6] =
    ["PPD (patch test!)", "Ammonia", "Nut oils", "Latex gloves", "Fragrance", "Persulphates"];

pub const FORMULAS: [&str; 10] = [
    "6/0 + 6/3 1:1, 6 %, 35 min",
    "7/1 30 g + 8/0 30 g, 4 %, 25 min",
    "Balayage: clay lightener 9 %, toner 9/16 15 min",
    "Roots 5/0, 3 %, 30 min; lengths 5/75 5 min",
    "Foils every second section, 6 %, toner 10/81",
    "8/34 gloss, 1.9 %, 20 min",
    "4/77 + 5/5 2:1, 6 %, 40 min",
    "Grey cover 6/07, 6 %, 45 min",
    "Toner 9/96 1:2, 15 min on damp hair",
    "Perm: mild, blue rods, 12 min",
];
