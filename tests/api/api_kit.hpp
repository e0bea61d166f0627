// The API with everything under it in memory, and short ways to call it.
#pragma once

#include "gateway/api/api.hpp"
#include "gateway/engine/intake.hpp"
#include "gateway/engine/object_waits.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/store/memory.hpp"
#include "tests/kit/core_tables.hpp"
#include "tests/kit/dossier_kit.hpp"
#include "tests/kit/doubles.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::test {

/// Keys of invented clients (Ed25519), only for tests.
extern const char* const client_private_pem;
extern const char* const client_public_pem;
extern const char* const other_private_pem;

/// Pieces of a body; `fault` comes at the end instead of the end.
class PieceStream : public ports::BodyStream {
public:
    explicit PieceStream(std::vector<std::string> pieces, std::string fault = "")
        : pieces_(std::move(pieces)), fault_(std::move(fault)) {}
    asio::awaitable<core::Result<std::string>> read() override;

private:
    std::vector<std::string> pieces_;
    std::string fault_;
    std::size_t next_ = 0;
};

/// The production intake, or fails as told.
class SwitchIntake : public ports::Intake {
public:
    explicit SwitchIntake(ports::Store& store) : intake_(store, wakes, nullptr) {}
    ports::Async<ports::Accepted> accept(ports::Acceptance a) override;
    std::optional<core::Error> fault;
    bool answers_gone = false;  // as when retention has removed them
    core::Duration takes{0};
    ports::Clock* clock = nullptr;
    int accepted = 0;
    engine::Wakes wakes;

private:
    engine::StoreIntake intake_;
};

class KeyedSigner : public ports::Signer {
public:
    static constexpr std::string_view link_secret = "synthetic-secret-of-links";
    core::Result<std::string> hmac_sha256(std::string_view key, std::string_view message) override;
};

/// An answer with its JSON.
struct Answer {
    Answer() = default;
    int status = 0;
    ports::Headers headers;
    std::string body;
    core::Document json;
    std::string header(std::string_view name) const;
    std::string text(std::string_view pointer) const;
    std::string code() const { return text("/code"); }
};

class ApiKit {
public:
    /// `change`: what this test wants to be different.
    explicit ApiKit(const std::function<void(api::Parts&)>& change = {});
    ~ApiKit();
    ApiKit(const ApiKit&) = delete;
    ApiKit& operator=(const ApiKit&) = delete;

    /// A token of client "onestop-h37" (tenant H37, all scopes) or of another one.
    std::string token(std::string client = "onestop-h37", std::string scopes = "");
    std::string assertion(
        std::string_view client, std::string_view aud, int seconds, const char* pem
    );
    ports::InRequest request(
        std::string method, std::string path, std::string body = "", ports::Headers more = {}
    );
    Answer send(ports::InRequest request);
    /// With a good token, an officer, a JSON content type and a fresh key; `more` replaces.
    Answer call(
        std::string method, std::string path, std::string body = "", ports::Headers more = {}
    );
    Answer call(
        std::string method, std::string path, const core::Document& body, ports::Headers more = {}
    );
    Answer admin(std::string method, std::string path, std::string body = "");
    /// Uploads in pieces.
    Answer upload(
        std::vector<std::string> pieces, ports::Headers more = {}, std::string fault = ""
    );
    /// A stored, clean PDF; its id.
    std::string file(std::string content = "%PDF-1.7 mẫu");
    /// Creates received_request() with a file and the code; the answer must be 201.
    Answer dossier(std::string code);

    /// Time went by: the next call asks for a new token.
    void log_in_again() { tokens_.clear(); }
    std::string fresh_key() { return "key-" + std::to_string(++keys_); }
    SimClock clock;
    SimRandom random{7};
    MemoryBlobs blobs;
    core::Transitions transitions;
    core::Calendar calendar;
    std::unique_ptr<ports::Store> store;
    SwitchIntake intake;
    KeyedSigner signer;
    access::Clients clients;
    access::Tokens tokens;
    std::vector<core::Operation> operations;
    std::unique_ptr<api::Api> api;
    VirtualLoop loop;
    engine::ObjectWaits waits;

private:
    api::Parts parts();
    int keys_ = 0;
    std::map<std::string, std::string> tokens_;
};

std::string content_digest_of(std::string_view bytes);

}  // namespace gw::test
