//! Stores to keep packages in: a folder and memory always, object stores where TEST_S3_URL or TEST_AZURE_URL names one.

use std::{
    env,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use object_store::{ObjectStore, RetryConfig, aws::AmazonS3Builder, memory::InMemory, prefix::PrefixStore};
use sluice::artifacts::{Artifacts, Place, Transport};
use uuid::Uuid;

/// A secret key that nobody may ever read.
pub const KEY: &str = "marker-5d1b-key";

/// A store with nothing in it.
pub enum Store {
    /// Opened as a server opens it.
    At(Place),
    /// Asked as an object store is.
    Memory(Arc<dyn ObjectStore>),
}

impl Store {
    /// One of each kind at hand; those of files are below `folder`.
    pub fn all(folder: &Path) -> Vec<Store> {
        let memory = Store::Memory(Arc::new(InMemory::new()));
        let mut all = vec![Store::At(Place::Folder(folder.join("artifacts"))), memory];
        let urls = ["TEST_S3_URL", "TEST_AZURE_URL"].map(env::var).into_iter().flatten();
        all.extend(urls.map(|url| Store::At(format!("{url}/test-{}", Uuid::new_v4()).parse().unwrap())));
        all
    }

    /// The packages in it, with passing files in `spool`.
    pub fn open(&self, spool: &Path) -> Artifacts {
        match self {
            Store::At(place) => Artifacts::open(place, spool).unwrap(),
            Store::Memory(store) => Artifacts::on(store.clone(), spool).unwrap(),
        }
    }
}

/// A store that speaks S3 at an address where nobody listens.
pub fn away(spool: &Path) -> Artifacts {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let s3 = AmazonS3Builder::new().with_bucket_name("nowhere").with_access_key_id("somebody");
    Artifacts::on(reached(s3.with_secret_access_key(KEY).with_allow_http(true), closed), spool).unwrap()
}

fn reached(s3: AmazonS3Builder, at: SocketAddr) -> Arc<dyn ObjectStore> {
    let retry = RetryConfig { max_retries: 1, retry_timeout: Duration::from_secs(1), ..Default::default() };
    let s3 = s3.with_endpoint(format!("http://{at}")).with_http_connector(Transport);
    Arc::new(s3.with_retry(retry).build().unwrap())
}

/// A door to the object store of TEST_S3_URL. Shutting it cuts off what is under way.
pub struct Door {
    at: SocketAddr,
    open: Arc<AtomicBool>,
    inside: Arc<Mutex<Vec<TcpStream>>>,
    passed: Arc<AtomicU64>,
}

impl Door {
    /// An open one, where there is such a store.
    pub fn to_s3() -> Option<Door> {
        env::var("TEST_S3_URL").ok()?;
        let endpoint = env::var("AWS_ENDPOINT_URL").expect("AWS_ENDPOINT_URL says where TEST_S3_URL is");
        let host = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let door = Door { at, open: Arc::new(AtomicBool::new(true)), inside: Arc::default(), passed: Arc::default() };
        let (open, inside, passed) = (door.open.clone(), door.inside.clone(), door.passed.clone());
        thread::spawn(move || {
            for visitor in listener.incoming().flatten().filter(|_| open.load(Ordering::SeqCst)) {
                let host = TcpStream::connect(&host).unwrap();
                inside.lock().unwrap().extend([visitor.try_clone().unwrap(), host.try_clone().unwrap()]);
                pass(visitor.try_clone().unwrap(), host.try_clone().unwrap(), passed.clone());
                pass(host, visitor, passed.clone());
            }
        });
        Some(door)
    }

    /// The packages behind it, with passing files in `spool`.
    pub fn artifacts(&self, spool: &Path) -> Artifacts {
        let url = env::var("TEST_S3_URL").unwrap();
        let store = reached(AmazonS3Builder::from_env().with_url(url), self.at);
        Artifacts::on(Arc::new(PrefixStore::new(store, format!("test-{}", Uuid::new_v4()))), spool).unwrap()
    }

    /// Lets nobody in any more, and throws out who is.
    pub fn shut(&self) {
        self.open.store(false, Ordering::SeqCst);
        for stream in self.inside.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets everybody in again.
    pub fn open(&self) {
        self.open.store(true, Ordering::SeqCst);
    }

    /// How many bytes came through so far, in both directions.
    pub fn passed(&self) -> u64 {
        self.passed.load(Ordering::SeqCst)
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, passed: Arc<AtomicU64>) {
    thread::spawn(move || {
        let mut bytes = [0; 16 << 10];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
            passed.fetch_add(read as u64, Ordering::SeqCst);
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
