//! A small HTTP server on loopback with the behaviour that a test sets. It records requests.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a client sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// The path in the request line.
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The number of earlier requests for this path.
    pub earlier: usize,
}

impl Request {
    /// The value of a header; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// How the server answers.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The delay before the answer.
    pub delay: Duration,
    /// How many more bytes are announced than are sent before the connection is closed.
    pub missing_bytes: usize,
    /// How often the body is repeated, in chunks and without a length.
    pub repeat: usize,
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    pub fn json(body: impl Into<String>) -> Self {
        Self::status(200)
            .with("Content-Type", "application/json")
            .body(body.into())
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Handler = dyn Fn(&Request) -> Answer + Send + Sync;

/// A running server. It ends with the test process.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    state: Arc<State>,
}

struct State {
    handler: Box<Handler>,
    seen: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    live: AtomicUsize,
    peak: AtomicUsize,
}

impl Server {
    /// A server without TLS.
    pub fn start(handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::spawn("http", handler, |stream, state| {
            serve(&mut BufReader::new(stream), state);
        })
    }

    /// A server with TLS.
    pub fn start_tls(
        config: rustls::ServerConfig,
        handler: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let config = Arc::new(config);
        Self::spawn("https", handler, move |stream, state| {
            if let Ok(connection) = rustls::ServerConnection::new(Arc::clone(&config)) {
                serve(
                    &mut BufReader::new(rustls::StreamOwned::new(connection, stream)),
                    state,
                );
            }
        })
    }

    fn spawn(
        scheme: &'static str,
        handler: impl Fn(&Request) -> Answer + Send + Sync + 'static,
        serve: impl Fn(TcpStream, &State) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State {
            handler: Box::new(handler),
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
            live: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
        });
        let (serve, shared) = (Arc::new(serve), Arc::clone(&state));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (serve, state) = (Arc::clone(&serve), Arc::clone(&shared));
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self {
            address,
            scheme,
            state,
        }
    }

    /// `http://127.0.0.1:PORT` and a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// All requests so far.
    pub fn seen(&self) -> Vec<Request> {
        self.state.seen.lock().expect("no handler panics").clone()
    }

    /// The paths of every request so far, sorted.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.seen().into_iter().map(|request| request.path).collect();
        paths.sort();
        paths
    }

    /// The requests since the last call.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.state.seen.lock().expect("no handler panics"))
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The most requests that were answered at the same time.
    pub fn peak(&self) -> usize {
        self.state.peak.load(Ordering::SeqCst)
    }
}

fn serve<S: Read + Write>(stream: &mut BufReader<S>, state: &State) {
    while let Some(mut request) = read(stream) {
        state
            .peak
            .fetch_max(state.live.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        {
            let mut seen = state.seen.lock().expect("no handler panics");
            request.earlier = seen.iter().filter(|earlier| earlier.path == request.path).count();
            seen.push(request.clone());
        }
        let answer = (state.handler)(&request);
        std::thread::sleep(answer.delay);
        state.live.fetch_sub(1, Ordering::SeqCst);
        if write(stream.get_mut(), &answer).is_err() || answer.missing_bytes > 0 {
            return;
        }
    }
}

fn read(stream: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.to_owned()),
            None => {
                return Some(Request {
                    path,
                    headers,
                    earlier: 0,
                });
            }
        };
    }
}

fn write(stream: &mut impl Write, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if answer.repeat > 0 {
        write!(stream, "{head}Transfer-Encoding: chunked\r\n\r\n")?;
        for _ in 0..answer.repeat {
            write!(stream, "{:x}\r\n", answer.body.len())?;
            stream.write_all(&answer.body)?;
            stream.write_all(b"\r\n")?;
        }
        stream.write_all(b"0\r\n\r\n")?;
    } else {
        let length = answer.body.len() + answer.missing_bytes;
        write!(stream, "{head}Content-Length: {length}\r\n\r\n")?;
        stream.write_all(&answer.body)?;
    }
    stream.flush()
}

/// A test certificate authority, and a server certificate from it.
pub struct Authority {
    /// The authority's certificate.
    pub pem: String,
    pub config: rustls::ServerConfig,
}

impl Authority {
    /// For `127.0.0.1`.
    pub fn new() -> Self {
        use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("a certificate");
        let issuer = Issuer::new(params, key);
        let server_key = KeyPair::generate().expect("a key");
        let server = CertificateParams::new(["127.0.0.1".to_owned()])
            .and_then(|params| params.signed_by(&server_key, &issuer))
            .expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows them")
            .with_no_client_auth()
            .with_single_cert(
                vec![server.der().clone()],
                rustls::pki_types::PrivateKeyDer::Pkcs8(server_key.serialize_der().into()),
            )
            .expect("key and certificate fit");
        Self {
            pem: certificate.pem(),
            config,
        }
    }
}
