// A store that keeps messages, answers and objects in memory: enough for sources and jobs of
// connectors.
#pragma once

#include "gateway/crypto/digest.hpp"
#include "gateway/ports/blob_store.hpp"
#include "gateway/ports/connector.hpp"
#include "gateway/ports/store.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace gw::test {

class ObjectStore : public ports::Store, public ports::Intake {
public:
    template <class T>
    using Async = ports::Async<T>;
    using Key = std::tuple<std::string, std::string, std::string>;
    std::map<Key, core::Object> kept;
    std::vector<ports::Acceptance> accepted;
    std::optional<core::Error> fail;  // what accept answers instead
    /// As a database answers: by the last update, a page of two.
    bool by_update = false;

    std::vector<core::Object> of_kind(const std::string& kind) const {
        std::vector<core::Object> out;
        for (const auto& [key, object] : kept)
            if (std::get<0>(key) == kind) out.push_back(object);
        return out;
    }
    void put(core::Object object) {
        Key key(object.kind, object.agency, object.id);
        kept[key] = std::move(object);
    }

    Async<ports::Accepted> accept(ports::Acceptance a) override {
        if (fail) co_return *fail;
        const auto found = answers_.find(a.message.message_key);
        if (!a.message.message_key.empty() && found != answers_.end()) {
            ports::Accepted repeated;
            repeated.repeated = true;
            repeated.answer = found->second;
            co_return repeated;
        }
        for (const core::ObjectWrite& write : a.objects) put(write.object);
        if (a.answer) answers_[a.message.message_key] = *a.answer;
        accepted.push_back(std::move(a));
        co_return ports::Accepted();
    }
    Async<ports::Accepted> answer_of(std::string, std::string key, core::Digest) override {
        ports::Accepted out;
        const auto found = answers_.find(key);
        out.repeated = found != answers_.end();
        if (out.repeated) out.answer = found->second;
        co_return out;
    }
    Async<std::optional<core::Object>> object(std::string kind, std::string agency, std::string id)
        override {
        const auto found = kept.find(Key(kind, agency, id));
        if (found == kept.end()) co_return std::optional<core::Object>();
        co_return std::optional<core::Object>(found->second);
    }
    Async<ports::ObjectPage> objects(ports::ObjectFilter f) override {
        ports::ObjectPage page;
        for (const auto& [key, o] : kept) {
            const bool fits = o.kind == f.kind && (f.agency.empty() || o.agency == f.agency) &&
                              (!f.ref || o.ref == *f.ref) && (!f.state || o.state == *f.state);
            if (fits) page.items.push_back(o);
        }
        if (by_update) cut(page, f.after);
        co_return page;
    }
    Async<std::vector<ports::LegView>> legs_of(std::string, std::string) override {
        co_return std::vector<ports::LegView>();
    }

    // not used by connectors
    Async<ports::Claims> claim(ports::ClaimWish) override { co_return none(); }
    Async<void> release(core::Claim, core::Instant) override { co_return none(); }
    Async<std::int64_t> intend(core::Claim, core::Digest, core::Instant) override {
        co_return none();
    }
    Async<void> settle(core::LaneId, std::int64_t, core::Settlement, std::vector<core::FeedItem>)
        override {
        co_return none();
    }
    Async<void> act(core::LegId, ports::LegAction, core::AuditRow) override { co_return none(); }
    Async<std::vector<ports::LegalAlarm>>
    legal_alarms(core::Instant, int, std::function<core::FeedItem(const ports::LegalAlarm&)>)
        override {
        co_return none();
    }
    void preparing(core::LegId) override {}
    Async<std::vector<core::Event>> events_of(std::string, std::string, std::string) override {
        co_return none();
    }
    Async<std::optional<ports::LegView>> leg(core::LegId) override { co_return none(); }
    Async<std::vector<ports::LegView>> legs_in(std::string, core::LegState, int, std::string)
        override {
        co_return none();
    }
    Async<std::vector<ports::AttemptView>> attempts_of(core::LegId) override { co_return none(); }
    Async<std::optional<core::Claim>> claim_view(core::LegId) override { co_return none(); }
    Async<std::optional<ports::MessageView>> message(core::MessageId) override { co_return none(); }
    Async<ports::FeedPage> feed(std::string, std::int64_t, int, std::vector<std::string>) override {
        co_return none();
    }
    Async<std::int64_t> feed_end(std::string) override { co_return none(); }
    Async<int> forget_feed(core::Instant, int) override { co_return none(); }
    Async<std::vector<core::AuditRow>> audit_of(std::string, std::string) override {
        co_return none();
    }
    Async<std::vector<ports::QueueStats>> stats() override { co_return none(); }
    Async<ports::RotationStep> rotate(ports::RotationWish) override { co_return none(); }
    Async<std::vector<ports::SegmentView>> segments(std::vector<ports::KeptDossier>) override {
        co_return none();
    }
    Async<void> backup(std::string) override { co_return none(); }
    ports::StoreHealth health() override { return {}; }

private:
    static void cut(ports::ObjectPage& page, const std::string& after) {
        constexpr std::size_t most = 2;
        auto& all = page.items;
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return a.updated_at < b.updated_at;
        });
        const std::size_t from = after.empty() ? 0 : std::stoul(after);
        if (all.size() > from + most) page.next = std::to_string(from + most);
        all.resize(std::min(all.size(), from + most));
        all.erase(
            all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), from))
        );
    }
    static core::Error none() { return core::give_up("not_found", "not in this store"); }
    std::map<std::string, core::StoredAnswer> answers_;
};

/// Files in memory.
class MemoryBlobs : public ports::BlobStore {
public:
    std::map<core::Digest, std::string> files;

    core::Result<std::unique_ptr<ports::BlobWriter>> create() override {
        return std::unique_ptr<ports::BlobWriter>(std::make_unique<Writer>(files));
    }
    core::Result<std::unique_ptr<ports::BlobReader>> open(const core::Digest&) override {
        return core::give_up("not_found", "not kept here");
    }
    bool has(const core::Digest& digest) override { return files.contains(digest); }
    void remove(const core::Digest& digest) override { files.erase(digest); }

private:
    class Writer : public ports::BlobWriter {
    public:
        explicit Writer(std::map<core::Digest, std::string>& files) : files_(files) {}
        core::Result<void> write(std::string_view bytes) override {
            bytes_ += bytes;
            return {};
        }
        core::Result<core::Digest> finish() override {
            const core::Digest digest = crypto::sha256(bytes_);
            files_[digest] = bytes_;
            return digest;
        }
        std::uint64_t size() const override { return bytes_.size(); }

    private:
        std::map<core::Digest, std::string>& files_;
        std::string bytes_;
    };
};

}  // namespace gw::test
