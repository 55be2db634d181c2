//! A real Prometheus on this machine, with the same series.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use stampede_watch::Millis;
use stampede_watch::series::Store;
use tempfile::TempDir;

use crate::MISSING;

/// One that runs, until it is dropped.
pub struct Server {
    child: Child,
    port: u16,
    _folder: Option<TempDir>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts one, and writes all series of the store into it.
    ///
    /// # Panics
    ///
    /// If there is no Prometheus, or it does not begin.
    pub fn with(store: &Store) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("prometheus.yml"), "scrape_configs: []\n").unwrap();
        let mut server = Self::on(folder.path());
        server._folder = Some(folder);
        let headers = [("Content-Encoding", "snappy"), ("Content-Type", "application/x-protobuf")];
        let body = snappy(&write_request(store));
        let (code, text) = server.send("POST", "/api/v1/write", &headers, &body).unwrap();
        assert_eq!(code, 204, "{text}");
        server
    }

    /// Starts one in a folder with `prometheus.yml`, on what is in its `data`.
    ///
    /// # Panics
    ///
    /// If there is no Prometheus, or it does not begin.
    pub fn on(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new("prometheus")
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .args(["--storage.tsdb.retention.time=100y", "--web.enable-remote-write-receiver"])
            .arg("--log.level=error")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{MISSING}: {error}"));
        let server = Self { child, port, _folder: None };
        let ready = || server.send("GET", "/-/ready", &[], &[]).is_ok_and(|(code, _)| code == 200);
        let mut tries = 0;
        while !ready() {
            tries += 1;
            assert!(tries < 600, "prometheus does not begin");
            sleep(Duration::from_millis(50));
        }
        server
    }

    /// What it says of itself at a path of its HTTP API.
    pub fn get(&self, path: &str) -> Value {
        let (_, text) = self.send("GET", path, &[], &[]).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// What it says of an expression at an instant.
    pub fn instant(&self, expr: &str, t: Millis) -> Value {
        self.query("/api/v1/query", &[("query", expr), ("time", &seconds(t))])
    }

    /// And at many.
    pub fn range(&self, expr: &str, start: Millis, end: Millis, step: Millis) -> Value {
        let times = [seconds(start), seconds(end), seconds(step)];
        let fields =
            [("query", expr), ("start", &times[0]), ("end", &times[1]), ("step", &times[2])];
        self.query("/api/v1/query_range", &fields)
    }

    fn query(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let (_, text) = self.send("POST", path, &headers, fields.join("&").as_bytes()).unwrap();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// A request as HTTP/1.0 has it, whose answer ends with the connection.
    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> std::io::Result<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let mut head = format!("{method} {path} HTTP/1.0\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        stream.write_all(head.as_bytes())?;
        stream.write_all(b"\r\n")?;
        stream.write_all(body)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Ok((code, body.to_owned()))
    }
}

fn seconds(ms: Millis) -> String {
    format!("{}.{:03}", ms.div_euclid(1000), ms.rem_euclid(1000))
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "%{byte:02X}");
        out
    })
}

/// Prometheus's remote write protocol, 1.0: a protocol buffer. Unlike the text
/// formats, it has the marker of staleness.
fn write_request(store: &Store) -> Vec<u8> {
    let mut out = Vec::new();
    for series in store.series() {
        let mut one = Vec::new();
        for (name, value) in series.labels.iter() {
            let mut label = Vec::new();
            field(&mut label, 1, name.as_bytes());
            field(&mut label, 2, value.as_bytes());
            field(&mut one, 1, &label);
        }
        for sample in &series.samples {
            let mut bytes = vec![1 << 3 | 1];
            bytes.extend(sample.v.to_bits().to_le_bytes());
            bytes.push(2 << 3);
            varint(&mut bytes, sample.t as u64);
            field(&mut one, 2, &bytes);
        }
        field(&mut out, 1, &one);
    }
    out
}

fn field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Snappy's block format, with nothing compressed.
fn snappy(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(&mut out, bytes.len() as u64);
    for chunk in bytes.chunks(0x1_0000) {
        out.push(61 << 2);
        out.extend(((chunk.len() - 1) as u16).to_le_bytes());
        out.extend(chunk);
    }
    out
}
