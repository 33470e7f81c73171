//! What of an enterprise goes along where records of the register are made one or split, and what remains with a reason. A test holds
//! both lists against the catalogue: a new table that names an enterprise belongs in one of them.

use enterprise::belonging::Belongings;

/// What goes. A case goes before its details, and a visit before what was found, as whoever writes them writes them in that order.
pub const BELONGINGS: Belongings = Belongings {
    held: &[monitoring::HELD],
    tables: &[
        archive::BELONGINGS,
        caseflow::BELONGINGS,
        danger::BELONGINGS,
        hazard::BELONGINGS,
        monitoring::BELONGINGS,
        inspection::BELONGINGS,
        selfcheck::BELONGINGS,
    ],
    arrived: &[caseflow::ARRIVED, hazard::ARRIVED, inspection::ARRIVED, archive::ARRIVED],
};

/// The tables that name an enterprise and of which no row goes along, with the reason.
pub const REMAINING: &[(&str, &str)] = &[
    (
        "account",
        "the enterprise's own accounts are bound to the record that stays (account::rebind), and back",
    ),
    ("archive_elsewhere", "written by who keeps the thing (hazard), when it goes"),
    ("archive_import_row", "what a row of a file was judged to be"),
    ("archive_print", "what was printed says for whom it was"),
    ("case_event", "the steps go with their case (caseflow)"),
    (
        "engagement",
        "whom an enterprise lets into its archive is its own to say: a merger gives nobody more to see",
    ),
    ("handover", "open ones must be settled before; what is over says what was"),
    ("import_row", "what a row of a file was judged to be"),
    ("monitor_count", "what came in the name of a record and was not taken"),
    ("monitor_source", "a row to hold; each enterprise that sends has one"),
    ("proposal", "open ones must be settled before; what is over says what was"),
];
