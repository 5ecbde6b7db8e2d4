//! Invented clients, in numbers.

use super::random::Random;

const GIVEN: [&str; 64] = [
    "Anna",
    "Björn",
    "Clara",
    "Daniel",
    "Elif",
    "Fatima",
    "Greta",
    "Hanna",
    "Ines",
    "Jakub",
    "Katharina",
    "Lena",
    "Maria",
    "Noah",
    "Olga",
    "Paul",
    "Quentin",
    "Renée",
    "Sofia",
    "Tim",
    "Ute",
    "Viktor",
    "Wiebke",
    "Xenia",
    "Yusuf",
    "Zoë",
    "Łukasz",
    "Øyvind",
    "Ángel",
    "Çiğdem",
    "Marlene",
    "Johanna",
    "Emil",
    "Frieda",
    "Gustav",
    "Helene",
    "Ida",
    "Jonas",
    "Karl",
    "Lotte",
    "Mathilda",
    "Nele",
    "Oskar",
    "Pia",
    "Rosa",
    "Stella",
    "Theo",
    "Ulrike",
    "Vera",
    "Wanda",
    "Ali",
    "Bao",
    "Chiara",
    "Dmitri",
    "Esra",
    "Farah",
    "Giulia",
    "Hamza",
    "Ivana",
    "Jana",
    "Kim",
    "Linh",
    "Mehmet",
    "Nadia",
];
const HEAD: [&str; 24] = [
    "Al", "Bau", "Brandt", "Dorn", "Eich", "Falken", "Grün", "Hart", "Jung", "Kirch", "Königs", "Lang", "Mühl", "Neu",
    "Ober", "Rosen", "Schön", "Stein", "Tannen", "Ulm", "Vogel", "Wald", "Weiß", "Zimmer",
];
const MIDDLE: [&str; 14] =
    ["", "en", "er", "el", "holz", "sing", "brück", "lein", "wein", "gold", "bach", "au", "i", "s"];
const TAIL: [&str; 18] = [
    "mann", "berg", "burg", "feld", "hof", "stein", "thal", "born", "wald", "er", "ow", "ski", "sen", "dorf", "meier",
    "hagen", "reuter", "baum",
];

pub struct Person {
    pub given: &'static str,
    pub family: String,
    pub phone: String,
    pub email: String,
}

pub fn person(random: &mut Random, n: usize) -> Person {
    let given = *random.pick(&GIVEN);
    let family = format!("{}{}{}", random.pick(&HEAD), random.pick(&MIDDLE), random.pick(&TAIL));
    let prefix = random.pick(&["151", "160", "171", "176", "30", "40", "89"]);
    let plain = |text: &str| salon_domain::customer::fold_for_search(text);
    let host = random.pick(&["example.com", "example.org", "example.net", "mail.example"]);
    Person {
        given,
        phone: format!("+49 {prefix} {:07}", random.below(10_000_000)),
        email: format!("{}.{}{}@{host}", plain(given), plain(&family), n % 1_000),
        family,
    }
}
