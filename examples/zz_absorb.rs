use penpal::{
    feed::{self, Hints},
    journal::*,
    model::*,
    poll::*,
    store::*,
    web::*,
};
use std::time::{Duration, Instant};
fn main() {
    let mut args = std::env::args().skip(1);
    let web = args.next().unwrap();
    let out = args.next().unwrap();
    let n: usize = args.next().map_or(usize::MAX, |n| n.parse().unwrap());
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).unwrap();
    let out = std::path::PathBuf::from(out);
    let (store, _) = Store::open(&out.join("cache")).unwrap();
    let dev = DeviceId::of_this_machine(&out.join("device")).unwrap();
    let j = Journal::open(&out.join("journal"), dev, &Positions::new()).unwrap();
    let (writer, thread) = Writer::start(store.clone(), j.journal, out.join("archive")).unwrap();
    let now = Timestamp::now();
    let (mut p, mut d, mut a, mut dg) = (Duration::ZERO, Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut files: Vec<_> = std::fs::read_dir(web)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "xml"))
        .collect();
    files.sort();
    let (mut posts, mut html) = (0, 0);
    for (i, f) in files.iter().enumerate().take(n) {
        let body = std::fs::read(f).unwrap();
        let url = FeedUrl::parse(&format!("http://127.0.1.1:18080/{i}.xml")).unwrap();
        let t = Instant::now();
        let feed = feed::read_bodies(&body, &Hints { base_url: Some(url.url()), content_type: None }).unwrap();
        p += t.elapsed();
        let t = Instant::now();
        let _ = penpal::poll::decide::digest(&body);
        dg += t.elapsed();
        let known =
            Known { blog: Blog::unknown(url.clone()), state: FeedState::default(), current: Current::default() };
        let reply = Reply {
            status: 200,
            url: url.url().clone(),
            moved_to: None,
            validators: Validators::default(),
            content_type: None,
            fresh_for: None,
            not_before: None,
            links: vec![],
            body: body.into(),
        };
        let t = Instant::now();
        let decision = decide(&known, Answer::Feed(reply, Box::new(feed)), now);
        d += t.elapsed();
        let c = decision.content.unwrap();
        posts += c.posts.len();
        html += c.posts.iter().map(|p| p.html.as_ref().unwrap().len()).sum::<usize>();
        drop(c.arrived);
        let t = Instant::now();
        writer
            .apply_blocking(Batch::Feed {
                blog: Box::new(c.blog),
                state: Box::new(decision.state),
                posts: c.posts,
                current: c.current,
                now,
            })
            .unwrap();
        a += t.elapsed();
    }
    let t = Instant::now();
    store.sync().unwrap();
    println!(
        "posts {posts} html {} MB parse {p:?} digest {dg:?} decide {d:?} apply {a:?} sync {:?}",
        html / 1000000,
        t.elapsed()
    );
    drop(writer);
    thread.join().unwrap();
    drop(store);
}
