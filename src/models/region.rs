//! The geographies in which an environment's database can lie.

/// A Dataverse geography by the name that people read and that is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(&'static str);

impl Region {
    /// Every geography, by name.
    pub const ALL: [Region; 21] = [
        Region("Asia Pacific"),
        Region("Australia"),
        Region("Brazil"),
        Region("Canada"),
        Region("China"),
        Region("Europe"),
        Region("France"),
        Region("Germany"),
        Region("India"),
        Region("Italy"),
        Region("Japan"),
        Region("Korea"),
        Region("Norway"),
        Region("Poland"),
        Region("Singapore"),
        Region("South Africa"),
        Region("Sweden"),
        Region("Switzerland"),
        Region("United Arab Emirates"),
        Region("United Kingdom"),
        Region("United States"),
    ];

    /// Its name, as stored.
    pub fn name(self) -> &'static str {
        self.0
    }
}

impl std::str::FromStr for Region {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let region = Region::ALL.into_iter().find(|region| region.0 == text);
        region.ok_or_else(|| format!("{text:?} is no region"))
    }
}
