//! Many who ask for the same page at once, each over a connection of its own that is kept.

use std::time::{Duration, Instant};

use reqwest::{Client, Request};
use tokio::{
    runtime::{Handle, Runtime},
    task::JoinSet,
};

use super::{
    browser::{self, Browser},
    fault,
};
use crate::error::Error;

/// How many ask at once.
pub const CONNECTIONS: usize = 32;

/// All of them.
pub struct Load {
    runtime: Runtime,
    clients: Vec<Client>,
}

/// A page that is asked for, and a word that must stand on it.
#[derive(Debug)]
pub struct Ask {
    request: Request,
    word: &'static [u8],
    /// Where the word is expected, as it stood there before: all answers are looked through otherwise.
    at: usize,
    /// How long the page is.
    pub bytes: usize,
}

/// What came of asking for a while.
#[derive(Debug, Clone, Copy, Default)]
pub struct Round {
    /// Requests a second.
    pub rate: f64,
    /// Within how many milliseconds half of them were answered.
    pub p50: f64,
    /// Within how many milliseconds 99 of 100 were.
    pub p99: f64,
}

impl Load {
    /// Gets them ready.
    pub fn new() -> Result<Load, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let clients = (0..CONNECTIONS).map(|_| browser::client()).collect::<Result<_, Error>>()?;
        Ok(Load { runtime, clients })
    }

    /// What they run on, for who asks alone.
    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// All ask for the page, again as soon as it is there, for so long.
    ///
    /// # Errors
    /// When an answer is not what it must be.
    pub fn ask(&self, ask: &Ask, long: Duration) -> Result<Round, Error> {
        self.ask_by(&self.clients, ask, long)
    }

    /// As `ask`, by one of them.
    pub fn ask_alone(&self, ask: &Ask, long: Duration) -> Result<Round, Error> {
        self.ask_by(&self.clients[..1], ask, long)
    }

    fn ask_by(&self, clients: &[Client], ask: &Ask, long: Duration) -> Result<Round, Error> {
        self.runtime.block_on(async {
            let (mut asking, begun) = (JoinSet::new(), Instant::now());
            for client in clients {
                asking.spawn(again_and_again(client.clone(), ask.copy()?, begun + long));
            }
            let mut times = Vec::new();
            while let Some(theirs) = asking.join_next().await {
                times.extend(theirs??);
            }
            Ok(Round::of(times, begun.elapsed()))
        })
    }
}

impl Ask {
    /// A page as somebody sees it.
    ///
    /// # Errors
    /// When it has not the word.
    pub fn new(browser: &Browser, path: &str, word: &'static str) -> Result<Ask, Error> {
        let request = browser.asking(path).build().map_err(fault)?;
        let body = browser.look(path)?.body;
        let at = find(&body, word.as_bytes()).ok_or_else(|| fault(format!("{path} does not say {word:?}")))?;
        Ok(Ask { request, word: word.as_bytes(), at, bytes: body.len() })
    }

    fn copy(&self) -> Result<Ask, Error> {
        let request = self.request.try_clone().ok_or_else(|| fault("a request cannot be sent twice"))?;
        Ok(Ask { request, ..*self })
    }

    async fn answered(&self, client: &Client) -> Result<(), Error> {
        let answer = client.execute(self.copy()?.request).await.map_err(fault)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(fault)?;
        let there = body.get(self.at..).is_some_and(|rest| rest.starts_with(self.word));
        if status != 200 || !(there || find(&body, self.word).is_some()) {
            let (url, word) = (self.request.url(), String::from_utf8_lossy(self.word));
            return Err(fault(format!("{url} was answered with {status}, or does not say {word:?}")));
        }
        Ok(())
    }
}

impl Round {
    fn of(mut times: Vec<Duration>, long: Duration) -> Round {
        times.sort_unstable();
        let within = |part: f64| {
            let last = times.len().saturating_sub(1) as f64;
            times.get((last * part).round() as usize).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
        };
        Round { rate: times.len() as f64 / long.as_secs_f64(), p50: within(0.5), p99: within(0.99) }
    }

    /// The one in the middle of each.
    pub fn median(rounds: &[Round]) -> Round {
        let middle = |one: fn(&Round) -> f64| super::median(rounds.iter().map(one).collect());
        Round { rate: middle(|r| r.rate), p50: middle(|r| r.p50), p99: middle(|r| r.p99) }
    }
}

async fn again_and_again(client: Client, ask: Ask, until: Instant) -> Result<Vec<Duration>, Error> {
    let mut times = Vec::new();
    while Instant::now() < until {
        let begun = Instant::now();
        ask.answered(&client).await?;
        times.push(begun.elapsed());
    }
    Ok(times)
}

fn find(body: &[u8], word: &[u8]) -> Option<usize> {
    body.windows(word.len()).position(|part| part == word)
}
