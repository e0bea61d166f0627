// Small doubles of ports for tests in virtual time: an HTTP client with a script, files in memory,
// a loop with a clock.
#pragma once

#include "gateway/crypto/digest.hpp"
#include "gateway/ports/blob_store.hpp"
#include "gateway/ports/http.hpp"
#include "gateway/ports/store.hpp"
#include "tests/kit/sim_clock.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

/// Answers by a function; remembers every request with its time.
class ScriptedHttp : public ports::HttpClient {
public:
    using Script = std::function<ports::HttpResult(const ports::HttpRequest&)>;
    ScriptedHttp(SimClock& clock, Script script, core::Duration takes = core::Duration(10))
        : clock_(clock), script_(std::move(script)), takes_(takes) {}
    asio::awaitable<ports::HttpResult> send(ports::HttpRequest request) override {
        times.push_back(clock_.now());
        requests.push_back(request);
        open_max = std::max(open_max, ++open_);
        co_await clock_.sleep_until(clock_.now() + takes_);
        --open_;
        co_return script_(request);
    }
    asio::awaitable<ports::HttpResult> download(
        ports::HttpRequest request, std::function<bool(std::string_view)> on_piece
    ) override {
        auto result = co_await send(std::move(request));
        const std::string body = std::exchange(result.response.body, "");
        for (std::size_t at = 0; at < body.size(); at += 1'000) {
            if (on_piece(std::string_view(body).substr(at, 1'000))) continue;
            result.ok = false;
            result.failure.too_large = true;
            break;
        }
        co_return result;
    }
    std::vector<ports::HttpRequest> requests;
    std::vector<core::Instant> times;
    int open_max = 0;

private:
    SimClock& clock_;
    Script script_;
    core::Duration takes_;
    int open_ = 0;
};

inline ports::HttpResult answered(long status, std::string body = "") {
    ports::HttpResult r;
    r.ok = true;
    r.response.status = status;
    r.response.body = std::move(body);
    return r;
}

/// Files in a map.
class MemoryBlobs : public ports::BlobStore {
public:
    core::Result<std::unique_ptr<ports::BlobWriter>> create() override {
        return std::unique_ptr<ports::BlobWriter>(std::make_unique<Writer>(*this));
    }
    core::Result<std::unique_ptr<ports::BlobReader>> open(const core::Digest& digest) override {
        const auto it = files.find(digest);
        if (it == files.end()) return core::give_up("not_found", "no such file");
        return std::unique_ptr<ports::BlobReader>(std::make_unique<Reader>(it->second));
    }
    bool has(const core::Digest& digest) override { return files.count(digest) > 0; }
    void remove(const core::Digest& digest) override { files.erase(digest); }
    std::map<core::Digest, std::string> files;

private:
    class Writer : public ports::BlobWriter {
    public:
        explicit Writer(MemoryBlobs& blobs) : blobs_(blobs) {}
        core::Result<void> write(std::string_view bytes) override {
            bytes_ += bytes;
            return {};
        }
        core::Result<core::Digest> finish() override {
            const core::Digest digest = crypto::sha256(bytes_);
            blobs_.files[digest] = bytes_;
            return digest;
        }
        std::uint64_t size() const override { return bytes_.size(); }

    private:
        MemoryBlobs& blobs_;
        std::string bytes_;
    };
    class Reader : public ports::BlobReader {
    public:
        explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}
        std::uint64_t size() const override { return bytes_.size(); }
        core::Result<std::string> read(std::uint64_t offset, std::size_t most) override {
            if (offset >= bytes_.size()) return std::string();
            return bytes_.substr(offset, most);
        }

    private:
        std::string bytes_;
    };
};

/// An acceptance that only carries objects or feed items.
inline ports::Acceptance an_acceptance(core::Instant now) {
    ports::Acceptance a;
    a.message.partner = "onestop";
    a.message.agency = "H56";
    a.message.kind = "test";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>("{}");
    a.message.digest = crypto::sha256("{}");
    return a;
}

/// A loop in virtual time. Declare it after everything its coroutines use.
class VirtualLoop {
public:
    explicit VirtualLoop(SimClock& clock) : clock_(clock) {}
    ~VirtualLoop() { clock_.drop_sleepers(); }
    VirtualLoop(const VirtualLoop&) = delete;
    VirtualLoop& operator=(const VirtualLoop&) = delete;
    asio::any_io_executor executor() { return io_.get_executor(); }
    void start(asio::awaitable<void> task) {
        asio::co_spawn(io_, std::move(task), [](std::exception_ptr e) {
            if (e) std::rethrow_exception(e);
        });
    }
    void run_for(core::Duration d) {
        const core::Instant end = clock_.now() + d;
        bool ended = false;
        clock_.at(end, [&ended] { ended = true; });
        do settle_loop(io_);
        while (!ended && clock_.advance(end));
        settle_loop(io_);
    }
    /// Runs one awaitable to its end.
    template <class T>
    T get(asio::awaitable<T> task) {
        std::optional<T> value;
        std::exception_ptr fault;
        asio::co_spawn(io_, std::move(task), [&](std::exception_ptr e, T v) {
            fault = e;
            if (!e) value.emplace(std::move(v));
        });
        do settle_loop(io_);
        while (!value && !fault && clock_.advance(core::Instant::max()));
        if (fault) std::rethrow_exception(fault);
        return std::move(*value);
    }

private:
    SimClock& clock_;
    asio::io_context io_{1};
};

}  // namespace gw::test
