//! The pages that people open most, each beside the same bytes from a server that does no work.

use std::{path::PathBuf, time::Duration};

use super::{
    bare,
    browser::Browser,
    load::{Ask, Load, Round},
    report::Report,
    row::{Goal, Row},
    server::Server,
    statements,
    tenant::Tenant,
};
use crate::{db::Url, error::Error, models::person::Person};

/// How often each is measured; what is told is the middle.
const ROUNDS: u32 = 5;
/// For how long it is asked for before that counts.
const TO_WARM_UP: Duration = Duration::from_millis(200);

/// A page of one person.
pub struct Page {
    pub name: String,
    pub browser: Browser,
    pub path: String,
    /// What must stand on it.
    pub word: &'static str,
    /// Which part of the bare server's requests a second it should have.
    pub part: Option<f64>,
    /// The same page of a tenant with few runs, of which this one should have nearly as many a second.
    pub few: Option<Browser>,
}

/// What measures them.
pub struct Pages<'a> {
    pub load: &'a Load,
    /// For how long each is asked for in all.
    pub long: Duration,
    /// Where what the bare server answers with is written.
    pub file: PathBuf,
}

impl Page {
    /// One without goals.
    pub fn new(name: &str, browser: &Browser, path: impl Into<String>, word: &'static str) -> Page {
        Page { name: name.to_owned(), browser: browser.clone(), path: path.into(), word, part: None, few: None }
    }

    /// With the part of the bare server's requests that it should have.
    #[must_use]
    pub fn part(self, part: f64) -> Page {
        Page { part: Some(part), ..self }
    }

    /// With the same of a tenant with few runs.
    #[must_use]
    pub fn few(self, few: &Browser) -> Page {
        Page { few: Some(few.clone()), ..self }
    }
}

impl Pages<'_> {
    /// Measures one, in turns with what it is held against.
    pub fn measure(&self, page: &Page, report: &mut Report) -> Result<(), Error> {
        let ask = Ask::new(&page.browser, &page.path, page.word)?;
        bare::keep(&page.browser.look(&page.path)?, &self.file)?;
        let bare = Server::bare(&self.file, &page.browser)?;
        let bare = Ask::new(&page.browser.at(bare.address), "/", page.word).map(|ask| (bare, ask))?;
        let few = page.few.as_ref().map(|few| Ask::new(few, &page.path, page.word)).transpose()?;
        let asks: Vec<&Ask> = [&bare.1, &ask].into_iter().chain(&few).collect();
        let rounds = self.rounds(&asks)?;
        let row = Row::of_page(&page.name, rounds[1], ask.bytes).beside("bare", rounds[0].rate);
        report.add(match page.part {
            Some(part) => row.aims(Goal::Part(part)),
            None => row,
        });
        if let Some(few) = rounds.get(2) {
            report.add(Row::new(format!("{}: p99", page.name), rounds[1].p99, "ms").aims(Goal::Most(50.0)));
            let row = Row::new(format!("{}: beside 1,000 runs", page.name), rounds[1].rate, "/s");
            report.add(row.beside("1,000 runs", few.rate).aims(Goal::Part(0.9)));
        }
        Ok(())
    }

    /// Beside what a page of history asks of the database, where it is asked without a server. On SQLite, which has none of
    /// its own, that is no goal.
    pub fn statements(&self, name: &str, tenant: &Tenant, person: &Person, report: &mut Report) -> Result<(), Error> {
        let rate = statements::a_second(&tenant.database()?, person, self.long)?;
        let page = report.value(name).unwrap_or_default();
        let row = Row::new(format!("{name}: beside its statements"), page, "/s").beside("statements", rate);
        report.add(match tenant.home.database {
            Url::Postgres(_) => row.aims(Goal::Part(0.5)),
            Url::Sqlite(_) => row,
        });
        Ok(())
    }

    /// How long one request alone takes, in the middle.
    pub fn alone(&self, page: &Page, most: f64, report: &mut Report) -> Result<(), Error> {
        let ask = Ask::new(&page.browser, &page.path, page.word)?;
        let round = self.load.ask_alone(&ask, self.long / 2)?;
        report.add(Row::new(format!("{}: alone", page.name), round.p50, "ms").aims(Goal::Most(most)));
        Ok(())
    }

    fn rounds(&self, asks: &[&Ask]) -> Result<Vec<Round>, Error> {
        let mut rounds: Vec<Vec<Round>> = vec![Vec::new(); asks.len()];
        for ask in asks {
            self.load.ask(ask, TO_WARM_UP.min(self.long))?;
        }
        for _ in 0..ROUNDS {
            for (ask, rounds) in asks.iter().zip(&mut rounds) {
                rounds.push(self.load.ask(ask, self.long / ROUNDS)?);
            }
        }
        Ok(rounds.iter().map(|rounds| Round::median(rounds)).collect())
    }
}
