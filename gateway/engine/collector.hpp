// Completes inbox items: fetches the files of their manifests before anybody is told that the item
// is there.
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/engine/dispatcher.hpp"
#include "gateway/engine/signal.hpp"
#include "gateway/ports/blob_store.hpp"
#include "gateway/ports/http.hpp"

#include <map>
#include <string>
#include <vector>

namespace gw::engine {

struct CollectorOptions {
    CollectorOptions() = default;
    core::Duration poll{5'000};
    core::Duration retry_min{30'000}, retry_max{1'800'000};  // doubled after each failed round
    core::Duration give_up_after{72 * 3'600'000};            // since the item was received (NP-45)
    int mismatches_max = 3;                                  // wrong size or digest (DS-5)
    std::uint64_t file_bytes_max = 100ULL << 20;
    core::Duration file_max{300'000};  // one download
    int concurrency = 4;               // items at a time
};

/// Works on objects of kind "inbox_item" in state "collecting". Their JSON body has `manifest`, a
/// list of {name, size?, sha256?, attachment_id?, state?, media_type?, source}. `source` is one of
///   "https://…"                          fetched by GET;
///   {"url", "method"?, "body"?, "headers"?: {name: value}, "encoding"?: "base64"}   fetched so,
///   decoded when base64;
///   {"base64": "…"}                      the content itself;
///   {"message": 12, "pointer": "/data/0/Base64"}   base64 text in the JSON body of a stored
///   message.
/// A stored file becomes an object of kind "attachment" (state "clean", ref = digest in hex); its
/// entry gets attachment_id, size, sha256 and state, and loses its source. When every entry is
/// stored the item becomes "ready" with feed `inbox.item_ready`; after the limit it becomes
/// "failed" with `inbox.item_failed`.
class Collector {
public:
    Collector(
        asio::any_io_executor ex,
        CollectorOptions options,
        ports::Store& store,
        ports::BlobStore& blobs,
        ports::HttpClient& http,
        ports::Clock& clock,
        ports::Random& random,
        Wakes& wakes,
        EngineHooks hooks
    );
    /// Until stop(); then waits for the items at hand.
    asio::awaitable<void> run();
    void stop();
    void cancel() { tasks_.cancel(); }
    void wake() { signal_.notify(); }

private:
    struct Progress {
        int rounds = 0, mismatches = 0;
        core::Instant next{};
        bool busy = false, done = false;
    };
    struct Fetched {
        Fetched() = default;
        core::Digest digest{};
        std::uint64_t size = 0;
        std::string head;  // first bytes, for the media type
    };
    /// What one round over a manifest brought.
    struct Round {
        Round() = default;
        std::vector<core::Object> attachments;
        std::size_t missing = 0;
        int mismatches = 0;
        std::string last_code;
    };
    asio::awaitable<void> look();
    asio::awaitable<Round> fetch_all(const core::Object& item, core::Document& body);
    asio::awaitable<void> collect(core::Object item);
    ports::Async<Fetched> fetch(const core::Document& entry);
    ports::Async<Fetched> fetch_url(const core::Document& source);
    ports::Async<Fetched> fetch_part(const core::Document& source);
    core::Result<Fetched> keep(std::string bytes);
    core::Result<void> check(const core::Document& entry, const Fetched& fetched) const;
    core::Object attachment_of(
        const core::Object& item, const core::Document& entry, const Fetched& f
    );
    asio::awaitable<bool> write(
        core::Object item, core::Document body, std::vector<core::Object> attachments
    );

    CollectorOptions options_;
    ports::Store& store_;
    ports::BlobStore& blobs_;
    ports::HttpClient& http_;
    ports::Clock& clock_;
    ports::Random& random_;
    Wakes& wakes_;
    EngineHooks hooks_;
    std::map<std::string, Progress> progress_;  // by item id
    int busy_ = 0;
    bool stopping_ = false;
    Signal signal_;
    TaskGroup tasks_;
    Alarm alarm_;
};

}  // namespace gw::engine
