//! How countries dial (ITU-T E.164 country codes; trunk prefixes and lengths of national numbers from the national
//! numbering plans), by the IANA time zone that a branch is in. A branch says no country of its own, and a zone is in one.

pub(super) struct Dialling {
    pub code: &'static str,
    /// What is dialled before a national number, and is no part of it.
    pub trunk: &'static str,
    /// What is dialled before a number of another country.
    pub abroad: &'static str,
    /// Digits of a national number without the trunk prefix.
    pub shortest: usize,
    pub longest: usize,
}

const fn dialling(code: &'static str, trunk: &'static str, shortest: usize, longest: usize) -> Dialling {
    Dialling { code, trunk, abroad: "00", shortest, longest }
}

const NORTH_AMERICA: Dialling = Dialling { code: "1", trunk: "1", abroad: "011", shortest: 10, longest: 10 };
const AUSTRALIA: Dialling = Dialling { code: "61", trunk: "0", abroad: "0011", shortest: 9, longest: 9 };

static BY_ZONE: &[(&[&str], Dialling)] = &[
    (&["Europe/Berlin", "Europe/Busingen"], dialling("49", "0", 6, 12)),
    (&["Europe/Vienna"], dialling("43", "0", 6, 13)),
    (&["Europe/Zurich"], dialling("41", "0", 9, 9)),
    (&["Europe/Paris"], dialling("33", "0", 9, 9)),
    (&["Europe/London", "Europe/Jersey", "Europe/Guernsey", "Europe/Isle_of_Man"], dialling("44", "0", 9, 10)),
    (&["Europe/Dublin"], dialling("353", "0", 7, 9)),
    (&["Europe/Brussels"], dialling("32", "0", 8, 9)),
    (&["Europe/Amsterdam"], dialling("31", "0", 9, 9)),
    (&["Europe/Luxembourg"], dialling("352", "", 6, 9)),
    (&["Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"], dialling("34", "", 9, 9)),
    (&["Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"], dialling("351", "", 9, 9)),
    (&["Europe/Rome", "Europe/Vatican"], dialling("39", "", 6, 11)),
    (&["Europe/Copenhagen"], dialling("45", "", 8, 8)),
    (&["Europe/Oslo"], dialling("47", "", 8, 8)),
    (&["Europe/Stockholm"], dialling("46", "0", 7, 9)),
    (&["Europe/Helsinki", "Europe/Mariehamn"], dialling("358", "0", 5, 11)),
    (&["Europe/Warsaw"], dialling("48", "", 9, 9)),
    (&["Europe/Prague"], dialling("420", "", 9, 9)),
    (&["Europe/Bratislava"], dialling("421", "0", 9, 9)),
    (&["Europe/Budapest"], dialling("36", "06", 8, 9)),
    (&["Europe/Ljubljana"], dialling("386", "0", 8, 8)),
    (&["Europe/Zagreb"], dialling("385", "0", 8, 9)),
    (&["Europe/Athens"], dialling("30", "", 10, 10)),
    (&["Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane", "Australia/Perth"], AUSTRALIA),
    (&["Australia/Adelaide", "Australia/Hobart", "Australia/Darwin"], AUSTRALIA),
    (&["Pacific/Auckland"], dialling("64", "0", 8, 10)),
    (&["America/Toronto", "America/Vancouver", "America/Edmonton", "America/Winnipeg"], NORTH_AMERICA),
    (&["America/Halifax", "America/St_Johns", "America/Regina", "America/Moncton", "America/Montreal"], NORTH_AMERICA),
    (&["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"], NORTH_AMERICA),
    (&["America/Phoenix", "America/Detroit", "America/Anchorage", "America/Boise"], NORTH_AMERICA),
    (&["America/Indiana/Indianapolis", "America/Kentucky/Louisville", "Pacific/Honolulu"], NORTH_AMERICA),
];

pub(super) fn dialling_of(zone: &str) -> Option<&'static Dialling> {
    BY_ZONE.iter().find(|(zones, _)| zones.contains(&zone)).map(|(_, dialling)| dialling)
}
