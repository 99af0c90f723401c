//! The store on real sled files.

use std::fs;

use super::{
    changes::{Changes, Tree},
    *,
};
use crate::{
    journal::{Act, DeviceId, Journal, Positions},
    model::{Blog, BlogId, FeedUrl, Plain, Post, PostId, Subscription, Timestamp},
};

struct House {
    folder: tempfile::TempDir,
    store: Store,
    writer: Writer,
    thread: std::thread::JoinHandle<()>,
}

impl House {
    fn open(folder: tempfile::TempDir) -> (Self, Recovery) {
        let (store, recovery) = Store::open(&folder.path().join("cache")).unwrap();
        let applied = store.positions().unwrap();
        let opened = Journal::open(&folder.path().join("journal"), DeviceId([1; 8]), &applied).unwrap();
        let (writer, thread) =
            Writer::start(store.clone(), opened.journal, Store::archive_folder(folder.path())).unwrap();
        writer.apply_blocking(Batch::Records { records: opened.unapplied, positions: opened.positions }).unwrap();
        (Self { folder, store, writer, thread }, recovery)
    }

    fn close(self) -> tempfile::TempDir {
        drop(self.writer);
        self.thread.join().unwrap();
        self.store.sync().unwrap();
        drop(self.store);
        self.folder
    }

    fn act(&self, act: Act) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(self.writer.act(vec![act])).unwrap();
    }

    /// The feed holds posts with these numbers; a post's number is its day and its text.
    fn feed_holds(&self, numbers: &[u8]) {
        let blog = blog();
        let posts = numbers.iter().map(|&n| NewPost {
            post: post(n),
            html: Some(format!("<p>text {n}</p>")),
            beside: Vec::new(),
        });
        let current = Current { posts: numbers.iter().map(|&n| (post(n).id, 0)).collect(), ..Current::default() };
        let batch = Batch::Feed {
            posts: posts.collect(),
            blog: Box::new(blog),
            state: Box::default(),
            current,
            now: Timestamp(0),
        };
        self.writer.apply_blocking(batch).unwrap();
    }

    fn river(&self) -> Vec<PostId> {
        self.store.river(None, 100).unwrap().into_iter().map(|(post, _)| post).collect()
    }
}

fn feed_url() -> FeedUrl {
    FeedUrl::parse("https://example.org/feed").unwrap()
}

fn blog() -> Blog {
    Blog::unknown(feed_url())
}

fn follow() -> Act {
    Act::Follow(Subscription {
        blog: blog().id,
        feed_url: feed_url(),
        title: None,
        site_url: None,
        folder: Vec::new(),
        tags: Vec::new(),
        since: Timestamp(0),
        other: Vec::new(),
    })
}

fn post(number: u8) -> Post {
    Post {
        id: PostId([number; 16]),
        blog: BlogId::of(&feed_url()),
        url: None,
        title: Plain::line(&format!("post {number}")),
        authors: Vec::new(),
        published: Some(Timestamp(i64::from(number) * 86_400)),
        updated: None,
        first_seen: Timestamp(1_000_000_000),
        tags: Vec::new(),
        summary: Plain::default(),
        enclosures: Vec::new(),
    }
}

fn fresh() -> House {
    House::open(tempfile::tempdir().unwrap()).0
}

#[test]
fn the_river_runs_from_new_to_old_and_only_past_followed_blogs() {
    let house = fresh();
    house.feed_holds(&[1, 3, 2]);
    assert_eq!(house.river(), []);
    house.act(follow());
    assert_eq!(house.river(), [3, 2, 1].map(|n| post(n).id));
    let second = house.store.river(Some((post(3).sort_time(), post(3).id)), 1).unwrap();
    assert_eq!(second[0].0, post(2).id);
    house.act(Act::Unfollow { of: blog().id, before: None });
    assert_eq!(house.river(), []);
}

#[test]
fn a_mark_survives_a_lost_cache() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1]);
    house.act(Act::Read { of: vec![post(1).id], read: true });
    let folder = house.close();
    fs::remove_dir_all(folder.path().join("cache")).unwrap();

    let (house, _) = House::open(folder);
    assert!(house.store.flags(post(1).id).unwrap().read);
    assert!(house.store.subscription(blog().id).unwrap().is_some());
}

#[test]
fn posts_that_left_their_feed_come_back_from_the_archive() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    house.feed_holds(&[2, 3]);
    let mut archived = Vec::new();
    archive::read_all(&Store::archive_folder(house.folder.path()), |post| archived.push(post)).unwrap();
    assert_eq!(archived.iter().map(|found| found.post.id).collect::<Vec<_>>(), [post(1).id]);
    assert_eq!(archived[0].html, "<p>text 1</p>");
    assert_eq!(house.river(), [3, 2, 1].map(|n| post(n).id), "and the store still has them");

    let folder = house.close();
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    let (house, _) = House::open(folder);
    house.writer.apply_blocking(Batch::Restore(archived)).unwrap();
    assert_eq!(house.river(), [post(1).id]);
}

#[test]
fn a_damaged_snapshot_is_set_aside_and_nothing_is_lost() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    let folder = house.close();
    let cache = folder.path().join("cache");
    let snapshot = fs::read_dir(&cache).unwrap().find_map(|entry| {
        let path = entry.unwrap().path();
        path.file_name()?.to_str()?.starts_with("snap.").then_some(path)
    });
    fs::write(snapshot.unwrap_or_else(|| cache.join("snap.0000000000000000")), b"half").unwrap();

    let (house, recovery) = House::open(folder);
    assert!(matches!(recovery, Recovery::Snapshot(_)), "{recovery:?}");
    assert_eq!(house.river().len(), 2);
}

#[test]
fn a_cache_that_cannot_be_read_is_set_aside_and_the_subscriptions_are_still_there() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    let folder = house.close();
    for name in ["db", "conf"] {
        fs::write(folder.path().join("cache").join(name), [0x5a; 4096]).unwrap();
    }
    let (house, recovery) = House::open(folder);
    assert!(matches!(recovery, Recovery::Rebuilt(_)), "{recovery:?}");
    assert!(house.store.subscription(blog().id).unwrap().is_some());
}

#[test]
fn an_older_record_does_not_undo_a_newer_one() {
    let house = fresh();
    let id = post(1).id;
    house.act(Act::Star { of: vec![id], starred: true });
    let earlier = crate::journal::Record {
        stamp: crate::journal::Stamp { t: 1, dev: DeviceId([9; 8]) },
        n: 1,
        act: Some(Act::Star { of: vec![id], starred: false }),
        part: Default::default(),
    };
    let batch = Batch::Records { records: vec![earlier], positions: Positions::new() };
    house.writer.apply_blocking(batch).unwrap();
    assert!(house.store.flags(id).unwrap().starred);
}

/// Where the blog's feed is: as subscribed, and as known.
fn addresses(house: &House) -> [String; 2] {
    let subscription = house.store.subscription(blog().id).unwrap().unwrap();
    let known = house.store.blog(blog().id).unwrap().unwrap();
    [subscription.feed_url.to_string(), known.feed_url.to_string()]
}

fn moved_to(place: &str) -> Act {
    Act::Move { of: blog().id, to: FeedUrl::parse(place).unwrap(), from: feed_url() }
}

#[test]
fn a_feed_that_moves_keeps_its_id_and_all_its_addresses_mean_it() {
    let house = fresh();
    house.act(follow());
    for place in ["https://example.net/b", "https://example.net/c"] {
        house.act(moved_to(place));
    }
    assert_eq!(addresses(&house), ["https://example.net/c"; 2]);
    for place in ["https://example.org/feed", "https://example.net/b", "https://example.net/c"] {
        assert_eq!(house.store.blog_at(&FeedUrl::parse(place).unwrap()).unwrap(), blog().id, "{place}");
    }
    // All of it in one batch.
    let folder = house.close();
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    let (house, _) = House::open(folder);
    assert_eq!(addresses(&house), ["https://example.net/c"; 2]);
}

#[test]
fn a_move_and_a_follow_end_the_same_in_whatever_order_they_come() {
    let record = |t: u64, act: Act| crate::journal::Record {
        stamp: crate::journal::Stamp { t, dev: DeviceId([9; 8]) },
        n: t,
        act: Some(act),
        part: Default::default(),
    };
    let (old, new) = ("https://example.org/feed", "https://example.net/b");
    for (acts, expected) in [
        ([(1, follow()), (2, moved_to(new))], new),
        ([(2, moved_to(new)), (1, follow())], new),
        ([(2, follow()), (1, moved_to(new))], old),
        ([(1, moved_to(new)), (2, follow())], old),
    ] {
        let batches = |records: Vec<Vec<_>>| {
            let house = fresh();
            for records in records {
                let batch = Batch::Records { records, positions: Positions::new() };
                house.writer.apply_blocking(batch).unwrap();
            }
            addresses(&house)
        };
        let records = acts.map(|(t, act)| record(t, act)).to_vec();
        assert_eq!(batches(vec![records.clone()]), [expected; 2], "{records:?} at once");
        let one_by_one = records.iter().map(|record| vec![record.clone()]).collect();
        assert_eq!(batches(one_by_one), [expected; 2], "{records:?} one by one");
    }
}

/// The sizes of all packs together.
fn packed(house: &House) -> u64 {
    let packs = fs::read_dir(house.folder.path().join("cache/bodies")).unwrap();
    packs.map(|pack| pack.unwrap().metadata().unwrap().len()).sum()
}

#[test]
fn edited_texts_are_read_as_they_are_now_and_old_ones_give_their_room_back() {
    let house = fresh();
    // Text that hardly packs, so that packs fill: 1 MB a post and round.
    let text = |round: u8, number: u8| -> String {
        let mut state = blake3::Hasher::new().update(&[round, number]).finalize_xof();
        let mut bytes = vec![0; 512 << 10];
        state.fill(&mut bytes);
        data_encoding::HEXLOWER.encode(&bytes)
    };
    for round in 0..6 {
        let posts =
            (0..8).map(|number| NewPost { post: post(number), html: Some(text(round, number)), beside: Vec::new() });
        let batch = Batch::Feed {
            blog: Box::new(blog()),
            state: Box::default(),
            posts: posts.collect(),
            current: Current::default(),
            now: Timestamp(0),
        };
        house.writer.apply_blocking(batch).unwrap();
    }
    for number in 0..8 {
        assert_eq!(house.store.html(post(number).id).unwrap(), Some(text(5, number)));
    }
    let once = 8 * (512 << 10);
    assert!(packed(&house) < 4 * once, "{} bytes for {once}", packed(&house));
    let (house, recovery) = House::open(house.close());
    assert_eq!(recovery, Recovery::None);
    assert_eq!(house.store.html(post(7).id).unwrap(), Some(text(5, 7)));
}

#[test]
fn a_cache_that_somebody_else_still_has_is_waited_for_and_never_set_aside() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    let folder = house.close();
    let cache = folder.path().join("cache");
    let held = fs::File::open(cache.join("db")).unwrap();
    held.lock().unwrap();
    let error = Store::open(&cache).unwrap_err();
    assert!(error.to_string().contains("could not acquire lock"), "{error}");
    let (begun, begins) = std::sync::mpsc::channel();
    let opening = std::thread::spawn({
        let cache = cache.clone();
        move || {
            begun.send(()).unwrap();
            Store::open(&cache).unwrap().1
        }
    });
    begins.recv().unwrap();
    drop(held);
    assert_eq!(opening.join().unwrap(), Recovery::None);
    assert_eq!(
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("cache-damaged") })
            .count(),
        0
    );
}

#[test]
fn a_cache_whose_texts_are_cut_short_is_set_aside() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    let folder = house.close();
    let pack = folder.path().join("cache/bodies/00000001.pack");
    fs::write(&pack, b"half").unwrap();
    let (house, recovery) = House::open(folder);
    assert!(matches!(recovery, Recovery::Rebuilt(_)), "{recovery:?}");
    assert!(house.store.subscription(blog().id).unwrap().is_some());
}

#[test]
fn what_a_crash_left_behind_the_end_of_a_pack_is_written_over() {
    let house = fresh();
    house.feed_holds(&[1]);
    let folder = house.close();
    let pack = folder.path().join("cache/bodies/00000001.pack");
    let mut bytes = fs::read(&pack).unwrap();
    bytes.extend_from_slice(b"half a frame, and more of it than the next one will take");
    fs::write(&pack, bytes).unwrap();
    fs::write(pack.with_file_name("00000009.pack"), b"a pack that nothing knows of").unwrap();
    let (house, recovery) = House::open(folder);
    assert_eq!(recovery, Recovery::None);
    house.feed_holds(&[1, 2]);
    let texts = [1, 2].map(|number| house.store.html(post(number).id).unwrap());
    assert_eq!(texts, ["<p>text 1</p>", "<p>text 2</p>"].map(|text| Some(text.to_owned())));
    assert!(!pack.with_file_name("00000009.pack").exists());
}

#[test]
fn posts_of_older_caches_move_to_shelves_and_nothing_is_lost() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1]);
    let mut changes = Changes::default();
    let by_blog = |post: &Post| {
        let time = (!(post.sort_time().0 as u64 ^ (1 << 63))).to_be_bytes();
        [post.blog.as_ref(), &time, post.id.as_ref()].concat()
    };
    // At first a head lay by its id, with its text packed alone, and there were no enclosures, whose empty list comes last.
    let oldest = post(2);
    let mut head = codec::encode(&oldest).unwrap();
    assert_eq!((head[0], head.pop()), (1, Some(0)));
    let body = [&[1], &zstd::bulk::compress(b"<p>oldest</p>", 1).unwrap()[..]].concat();
    changes.put(Tree::Heads, oldest.id, head);
    changes.put(Tree::Bodies, oldest.id, body);
    changes.put(Tree::ByBlog, by_blog(&oldest), vec![]);
    // Later it lay by its blog, with the text in a pack.
    let later = post(3);
    let place = house.store.at(blog().id, post(1).id, shelves::Slot(0)).unwrap().unwrap().place;
    let whereabouts = older::Whereabouts { blog: later.blog, time: later.sort_time(), place };
    changes.put(Tree::Bodies, later.id, codec::encode_as(older::WHEREABOUTS, &whereabouts).unwrap());
    changes.put(Tree::ByBlog, by_blog(&later), codec::encode_as(older::HEAD, &later).unwrap());
    changes.put(Tree::River, &by_blog(&later)[16..], later.blog.0.to_vec());
    changes.commit(&house.store).unwrap();

    let (house, recovery) = House::open(house.close());
    assert_eq!(recovery, Recovery::None);
    assert_eq!(house.river(), [3, 2, 1].map(|number| post(number).id));
    assert_eq!(house.store.post(oldest.id).unwrap(), Some(oldest.clone()));
    assert_eq!(house.store.html(oldest.id).unwrap().as_deref(), Some("<p>oldest</p>"));
    assert_eq!(house.store.post(later.id).unwrap(), Some(later.clone()));
    assert_eq!(house.store.html(later.id).unwrap().as_deref(), Some("<p>text 1</p>"));
    let left = [Tree::Heads, Tree::Bodies, Tree::River, Tree::ByBlog];
    assert!(left.into_iter().all(|name| Table::new(&house.store.trees.db, name).is_empty()));
    house.feed_holds(&[1, 2, 3]);
    assert_eq!(house.store.html(oldest.id).unwrap().as_deref(), Some("<p>text 2</p>"));
    assert_eq!(house.store.all_posts().count(), 3);
}

/// What a store says of one blog's posts, asked in every way that there is.
fn said(house: &House) -> Vec<(Post, Option<String>)> {
    let store = &house.store;
    let river = house.store.river(None, usize::MAX).unwrap();
    let ids: Vec<PostId> = store.posts_of(blog().id).map(Result::unwrap).collect();
    assert_eq!(river.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);
    let whole: Vec<PostId> = store.whole_river().unwrap().into_iter().map(|(_, id, _)| id).collect();
    assert_eq!(whole, ids);
    let heads: Vec<Post> = store.heads_of(blog().id).map(Result::unwrap).collect();
    assert_eq!(heads.iter().map(|post| post.id).collect::<Vec<_>>(), ids);
    let mut pages = Vec::new();
    while let Ok(page) = store.river(pages.last().map(|post: &Post| (post.sort_time(), post.id)), 7)
        && !page.is_empty()
    {
        pages.extend(page.into_iter().map(|(id, _)| store.post(id).unwrap().unwrap()));
    }
    assert_eq!(pages, heads);
    assert_eq!(store.all_posts().count(), ids.len());
    assert_eq!(store.counts().unwrap().get(&blog().id).map_or(0, |counts| counts.posts), ids.len());
    heads
        .into_iter()
        .map(|post| {
            let html = store.html(post.id).unwrap();
            (post, html)
        })
        .collect()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, ..Default::default() })]

    /// Shelves hold what a plain list would, whatever comes in whatever parts, edited, moved in time, and opened again.
    #[test]
    fn shelves_hold_what_a_list_would(
        answers in proptest::collection::vec(
            proptest::collection::vec((0u8..90, 0u8..4, proptest::prelude::any::<bool>()), 1..50),
            1..6,
        ),
        asked_first in proptest::prelude::any::<bool>(),
    ) {
        let mut house = fresh();
        house.act(follow());
        if asked_first {
            house.river();
        }
        let mut expected: std::collections::BTreeMap<PostId, (Post, Option<String>)> = Default::default();
        for (round, answer) in answers.into_iter().enumerate() {
            let mut once = std::collections::BTreeMap::new();
            for (number, day, has_text) in answer {
                let edited = Post {
                    published: Some(Timestamp(i64::from(day) * 86_400)),
                    title: Plain::line(&format!("post {number} of round {round}")),
                    ..post(number)
                };
                once.insert(number, (edited, has_text.then(|| format!("<p>{number} {round}</p>"))));
            }
            let posts: Vec<NewPost> = once
                .into_values()
                .map(|(post, html)| NewPost { post, html, beside: Vec::new() })
                .collect();
            for new in &posts {
                let known = expected.get(&new.post.id);
                let html = new.html.clone().or_else(|| known.and_then(|(_, html)| html.clone()));
                expected.insert(new.post.id, (new.post.clone(), html));
            }
            let batch = Batch::Feed {
                posts,
                blog: Box::new(blog()),
                state: Box::default(),
                current: Current::default(),
                now: Timestamp(0),
            };
            house.writer.apply_blocking(batch).unwrap();
            if round % 2 == 1 {
                house = House::open(house.close()).0;
            }
            let mut list: Vec<_> = expected.values().cloned().collect();
            list.sort_by_key(|(post, _)| (std::cmp::Reverse(post.sort_time()), post.id));
            proptest::prop_assert_eq!(said(&house), list);
        }
    }
}

#[test]
fn a_cache_with_a_tree_for_each_table_becomes_one_tree_and_loses_nothing() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2, 3]);
    let posts = |house: &House| house.store.all_posts().map(Result::unwrap).collect::<Vec<_>>();
    let (before, state) = (posts(&house), house.store.feed(blog().id).unwrap());
    let folder = house.close();
    {
        let db = sled::open(folder.path().join("cache")).unwrap();
        for entry in db.iter() {
            let (key, value) = entry.unwrap();
            let name = Tree::ALL.into_iter().find(|name| name.letter() == key[0]).unwrap();
            db.open_tree(name.old_name()).unwrap().insert(&key[1..], value).unwrap();
        }
        db.clear().unwrap();
        db.flush().unwrap();
    }
    let (house, recovery) = House::open(folder);
    assert_eq!(recovery, Recovery::None);
    assert_eq!(house.store.trees.db.tree_names().len(), 1, "the old trees are gone");
    assert_eq!((posts(&house), house.store.feed(blog().id).unwrap()), (before, state));
    assert_eq!(house.store.river(None, 9).unwrap().len(), 3);
    assert_eq!(house.store.html(post(2).id).unwrap().as_deref(), Some("<p>text 2</p>"));
}

fn tag(word: &str) -> crate::model::Tag {
    crate::model::Tag::new(word).unwrap()
}

fn mute(words: &str, on: bool) -> Act {
    Act::Mute { rule: crate::model::MuteRule::new(words, None).unwrap(), on }
}

#[test]
fn muted_words_hide_posts_that_are_here_and_posts_that_come_and_give_them_back() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1]);
    let title = post(1).title.to_string();
    house.act(mute(&format!("/^{title}$/"), true));
    assert_eq!(house.river(), []);
    assert_eq!(house.store.counts().unwrap()[&blog().id].unread, 0);
    house.act(mute("/./", true));
    house.feed_holds(&[1, 2]);
    assert_eq!(house.river(), [], "what comes in is looked at too");
    house.act(mute("/./", false));
    assert_eq!(house.river(), [post(2).id]);
    // Rebuilt from the journal, the rules hold before the posts come.
    let folder = house.close();
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    let (house, _) = House::open(folder);
    house.feed_holds(&[1, 2]);
    assert_eq!(house.river(), [post(2).id]);
    assert!(house.store.flags(post(1).id).unwrap().muted);
}

#[test]
fn tags_of_a_blog_are_put_on_and_taken_off_one_by_one() {
    let house = fresh();
    house.act(follow());
    let of = vec![blog().id];
    let tags = |house: &House| house.store.subscription(blog().id).unwrap().unwrap().tags;
    house.act(Act::TagBlog { of: of.clone(), tag: tag("bread"), on: true });
    house.act(Act::TagBlog { of: of.clone(), tag: tag("mills"), on: true });
    house.act(Act::TagBlog { of, tag: tag("bread"), on: false });
    assert_eq!(tags(&house), [Plain::line("mills")]);
}

/// What somebody does in the property below: a number chooses the act, another the post.
fn some_act(kind: u8, number: u8, on: bool) -> Act {
    let of = vec![PostId([number % 3; 16])];
    match kind % 6 {
        0 => Act::Read { of, read: on },
        1 => Act::Star { of, starred: on },
        2 => Act::Tag { of, tag: tag("bread"), on },
        3 => Act::Hide { of, hidden: on },
        4 => mute("bread", on),
        _ => Act::TagBlog { of: vec![blog().id], tag: tag("bread"), on },
    }
}

fn would_change(house: &House, act: &Act) -> bool {
    let post = |of: &[PostId]| house.store.flags_and_tags(of[0]).unwrap();
    match act {
        Act::Read { of, read } => post(of).0.read != *read,
        Act::Star { of, starred } => post(of).0.starred != *starred,
        Act::Tag { of, tag, on } => post(of).1.contains(tag) != *on,
        Act::Hide { of, hidden } => post(of).0.hidden != *hidden,
        Act::Mute { on, .. } => house.store.mutes().unwrap().is_empty() == *on,
        _ => {
            house.store.blog_labels(blog().id).unwrap().has(&tag("bread"))
                != matches!(act, Act::TagBlog { on: true, .. })
        }
    }
}

/// Everything that the acts above set.
fn registers(house: &House) -> String {
    let posts: Vec<_> = (0..3).map(|n| house.store.flags_and_tags(PostId([n; 16])).unwrap()).collect();
    let blog = house.store.blog_labels(blog().id).unwrap();
    let tags: Vec<_> = blog.tags().cloned().collect();
    format!("{posts:?} {:?} {tags:?}", house.store.mutes().unwrap())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 12, ..Default::default() })]

    /// Undo of everything brings back each step's registers on the way down, redo on the way up; a rebuilt cache agrees.
    #[test]
    fn undo_of_every_act_restores_the_registers_and_redo_sets_them_again(
        steps in proptest::collection::vec((0u8..6, 0u8..3, proptest::prelude::any::<bool>()), 1..8)
    ) {
        let house = fresh();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut seen = vec![registers(&house)];
        for (kind, number, on) in steps {
            let act = some_act(kind, number, on);
            // As the screens and the commands do: what changes nothing is no act.
            if would_change(&house, &act) {
                house.act(act);
                seen.push(registers(&house));
            }
        }
        let deeds = runtime.block_on(house.writer.history(100)).unwrap().undo.len();
        proptest::prop_assert_eq!(deeds + 1, seen.len());
        for before in seen.iter().rev().skip(1) {
            runtime.block_on(house.writer.take_back(TakeBack::Undo, None)).unwrap().unwrap();
            proptest::prop_assert_eq!(&registers(&house), before);
        }
        for after in seen.iter().skip(1) {
            runtime.block_on(house.writer.take_back(TakeBack::Redo, None)).unwrap().unwrap();
            proptest::prop_assert_eq!(&registers(&house), after);
        }
        let end = registers(&house);
        let folder = house.close();
        fs::remove_dir_all(folder.path().join("cache")).unwrap();
        let (house, _) = House::open(folder);
        proptest::prop_assert_eq!(registers(&house), end);
    }
}

#[test]
fn what_another_device_did_is_not_undone_here_and_the_later_one_wins() {
    let house = fresh();
    let (mine, theirs) = (post(1).id, post(2).id);
    house.act(Act::Star { of: vec![mine], starred: true });
    let record = |t, act| crate::journal::Record {
        stamp: crate::journal::Stamp { t, dev: DeviceId([9; 8]) },
        n: 1,
        act: Some(act),
        part: Default::default(),
    };
    let far = u64::MAX / 2;
    let star = |of, starred| Act::Star { of: vec![of], starred };
    let records = vec![record(far, star(theirs, true))];
    house.writer.apply_blocking(Batch::Records { records, positions: Positions::new() }).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let undo = || runtime.block_on(house.writer.take_back(TakeBack::Undo, None)).unwrap();
    assert_eq!(undo().unwrap().acts, [star(mine, false)]);
    assert!(house.store.flags(theirs).unwrap().starred && !house.store.flags(mine).unwrap().starred);
    assert_eq!(undo(), None);
    // They undid theirs later than that: the same registers, whoever reads the files in whatever order.
    let records = vec![record(far + 1, star(theirs, false)), record(far - 1, star(theirs, true))];
    house.writer.apply_blocking(Batch::Records { records, positions: Positions::new() }).unwrap();
    assert!(!house.store.flags(theirs).unwrap().starred);
}

#[test]
fn what_was_asked_twice_is_undone_once() {
    let house = fresh();
    for n in 1..=2 {
        house.act(Act::Star { of: vec![post(n).id], starred: true });
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let last = runtime.block_on(house.writer.history(1)).unwrap().undo[0].n;
    let undo = |of| runtime.block_on(house.writer.take_back(TakeBack::Undo, Some(of))).unwrap();
    assert_eq!(undo(last), undo(last));
    assert!(house.store.flags(post(1).id).unwrap().starred);
    assert_eq!(undo(77), None, "that is not the next one");
}

fn tally(house: &House) -> (u32, u32, u32) {
    let habits = house.store.habits().unwrap().remove(&blog().id).unwrap_or_default();
    (habits.starred, habits.opened, habits.finished)
}

fn opened(number: u8, finished: bool) -> Act {
    Act::Opened { of: post(number).id, blog: blog().id, finished }
}

fn star(number: u8, starred: bool) -> Act {
    Act::Star { of: vec![post(number).id], starred }
}

#[test]
fn what_is_done_with_the_posts_of_a_blog_is_counted_once_and_marks_alone_are_not() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2, 3]);
    house.act(Act::Read { of: vec![post(1).id, post(2).id, post(3).id], read: true });
    assert_eq!(tally(&house), (0, 0, 0), "who clears a list has read nothing");
    for act in [opened(1, false), opened(1, true), opened(1, true), opened(2, false), star(1, true), star(1, true)] {
        house.act(act);
    }
    assert_eq!(tally(&house), (1, 2, 1));
    house.act(star(1, false));
    assert_eq!(tally(&house), (0, 2, 1));
    assert!(house.store.was_opened(post(1).id, true).unwrap() && !house.store.was_opened(post(2).id, true).unwrap());
}

#[test]
fn a_rebuilt_cache_counts_the_same_as_soon_as_the_posts_are_back() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2, 3]);
    for act in [opened(1, true), star(1, true), star(2, true), star(3, true), star(3, false)] {
        house.act(act);
    }
    let before = tally(&house);
    assert_eq!(before, (2, 1, 1));
    let folder = house.close();
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    let (house, _) = House::open(folder);
    assert_eq!(tally(&house), (0, 1, 1), "whose the starred posts are is not known yet");
    house.feed_holds(&[1, 2, 3]);
    assert_eq!(tally(&house), before);
    house.feed_holds(&[1, 2, 3]);
    assert_eq!(tally(&house), before, "and not once more");
}

#[test]
fn a_cache_from_before_tallies_gets_them_from_its_marks() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    house.act(star(1, true));
    let mut changes = Changes::default();
    changes.remove(Tree::Meta, "habits");
    changes.remove(Tree::Habits, blog().id);
    changes.commit(&house.store).unwrap();
    assert_eq!(tally(&house), (0, 0, 0));
    let (house, _) = House::open(house.close());
    assert_eq!(tally(&house), (1, 0, 0));
}

#[test]
fn a_taste_that_is_reset_counts_what_comes_after_and_all_of_it_again_when_that_is_undone() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    for act in [opened(1, true), star(1, true)] {
        house.act(act);
    }
    let since = Some(crate::journal::wall_clock_ms() + 1000);
    house.act(Act::Taste { since, before: None });
    assert_eq!(tally(&house), (0, 0, 0));
    house.act(star(1, false));
    house.act(Act::Taste { since: None, before: since });
    assert_eq!(tally(&house), (0, 1, 1));
    let before_that = Some(1);
    house.act(Act::Taste { since: before_that, before: None });
    assert_eq!(tally(&house), (0, 1, 1), "what was done since then");
}

#[test]
fn what_was_read_of_somebody_who_is_forgotten_is_forgotten_too() {
    let house = fresh();
    house.act(follow());
    house.feed_holds(&[1, 2]);
    for act in [opened(1, true), star(2, true)] {
        house.act(act);
    }
    let journal = |house: &House| {
        let files = fs::read_dir(house.folder.path().join("journal")).unwrap();
        files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect::<String>()
    };
    assert!(journal(&house).contains("opened"));
    house.act(Act::Forget(crate::model::Forget::new([7; 32], &[crate::model::Trace::Blog(blog().id)])));
    assert!(!journal(&house).contains("opened"));
    assert_eq!((tally(&house), house.store.was_opened(post(1).id, false).unwrap()), ((0, 0, 0), false));
}
