// The API with everything under it in memory, and short ways to call it.
#include "tests/api/api_kit.hpp"

#include "gateway/core/problem.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/crypto/jwt.hpp"
#include "tests/api/openapi_check.hpp"

#include <doctest/doctest.h>

#include <set>

namespace gw::test {

const char* const client_private_pem =
    "-----BEGIN PRIVATE "
    "KEY-----\nMC4CAQAwBQYDK2VwBCIEIBK/KIF/m55GYKEGaAdNdLdvBpyXfzlGlMNIQKz9FKR8\n-----END PRIVATE "
    "KEY-----\n";
const char* const client_public_pem =
    "-----BEGIN PUBLIC "
    "KEY-----\nMCowBQYDK2VwAyEAsN4pB0097RhZCHBIu2oMyvj+tLdId8mS1bIVvsgEMIM=\n-----END PUBLIC "
    "KEY-----\n";
const char* const other_private_pem =
    "-----BEGIN PRIVATE "
    "KEY-----\nMC4CAQAwBQYDK2VwBCIEIFVJt+6k1n8v0DmpTaui1ZQrj67HLVgl0dUkoWV9gEMf\n-----END PRIVATE "
    "KEY-----\n";

namespace {

constexpr std::string_view endpoint = "https://gateway.test/oauth2/token";

access::TokenOptions token_options() {
    access::TokenOptions options;
    options.audiences.emplace_back(endpoint);
    return options;
}

}  // namespace

asio::awaitable<core::Result<std::string>> PieceStream::read() {
    if (next_ < pieces_.size()) co_return pieces_[next_++];
    if (!fault_.empty()) co_return core::give_up(fault_, "the stream ended so");
    co_return std::string();
}

ports::Async<ports::Accepted> SwitchIntake::accept(ports::Acceptance a) {
    if (clock != nullptr && takes > core::Duration(0)) {
        const auto until = clock->now() + takes;
        co_await clock->sleep_until(until);
    }
    if (fault) co_return *fault;
    auto done = co_await intake_.accept(std::move(a));
    if (done && !done->repeated) ++accepted;
    if (done && answers_gone) done->answer.reset();
    co_return done;
}

core::Result<std::string> KeyedSigner::hmac_sha256(std::string_view key, std::string_view message) {
    return crypto::hmac_sha256(key == "file_links" ? link_secret : key, message);
}

std::string Answer::header(std::string_view name) const {
    return std::string(ports::header(headers, name));
}

std::string Answer::text(std::string_view pointer) const {
    const auto* found = json.at(pointer);
    return found == nullptr ? "" : found->as_text();
}

ApiKit::ApiKit(const std::function<void(api::Parts&)>& change)
    : clock(at("2026-03-02T17:00:00+07:00")),
      transitions(read_transitions()),
      calendar(read_calendar()),
      store(store::open_memory_store(store::new_memory_state(), clock.now())),
      intake(*store),
      tokens(clients, token_options()),
      loop(clock),
      waits(loop.executor(), clock, [](std::exception_ptr e) { std::rethrow_exception(e); }) {
    intake.clock = &clock;
    const auto all = access::to_words(access::scope::all);
    REQUIRE(clients.add("onestop-h37", "H37", client_public_pem, all).has_value());
    REQUIRE(clients.add("onestop-h01", "H01", client_public_pem, all).has_value());
    core::Operation send;
    send.name = "portal.Send";
    send.effect = core::Effect::conditional;
    send.enquiry = "portal.Ask";
    send.message = "dossier";
    operations.push_back(send);
    send.name = "portal.Step";
    send.message = "progress";
    operations.push_back(send);
    auto all_parts = parts();
    if (change) change(all_parts);
    api = std::make_unique<api::Api>(std::move(all_parts));
}

ApiKit::~ApiKit() {
    clock.drop_sleepers();  // calls that wait stand on the parts
}

api::Parts ApiKit::parts() {
    api::Parts parts;
    parts.store = store.get();
    parts.intake = &intake;
    parts.blobs = &blobs;
    parts.clock = &clock;
    parts.random = &random;
    parts.signer = &signer;
    parts.waits = &waits;
    parts.tokens = &tokens;
    parts.transitions = &transitions;
    parts.calendar = &calendar;
    core::Route route;
    route.partner = "portal";
    route.event = "dossier.received";
    route.operations = {"portal.Send"};
    parts.routes.push_back(route);
    route.event = "progress.recorded";
    route.operations = {"portal.Step"};
    parts.routes.push_back(route);
    parts.operation_of = [this](std::string_view name) -> const core::Operation* {
        for (const auto& operation : operations)
            if (operation.name == name) return &operation;
        return nullptr;
    };
    formats::CsvTable table;
    table.columns = {"code", "name", "valid_from", "valid_to"};
    table.rows = {
        {"01", "Hà Nội", "2008-08-01", "2025-06-30"},
        {"02", "Hà Giang", "2008-08-01", "2025-06-30"}};
    parts.tables["provinces-pre-2025"] = table;
    table.rows = {{"01", "Hà Nội", "2025-07-01", ""}, {"08", "Tuyên Quang", "2025-07-01", ""}};
    parts.tables["provinces-2025"] = table;
    table.columns = {"old_code", "old_name", "new_code", "new_name", "kind", "confidence"};
    table.rows = {
        {"02", "Hà Giang", "08", "Tuyên Quang", "merged", "standard"},
        {"08", "Tuyên Quang", "08", "Tuyên Quang", "merged", "standard"}};
    parts.tables["province-merge"] = table;
    parts.partners = [] {
        api::PartnerInfo info;
        info.partner = "portal";
        info.name_vi = "Cổng mẫu";
        return std::vector<api::PartnerInfo>{info};
    };
    parts.explain = [](const core::Claim& claim) -> core::Result<ports::Prepared> {
        ports::Prepared prepared;
        prepared.bytes = "would send " + claim.leg.operation;
        return prepared;
    };
    parts.options.base_url = "https://gateway.test";
    parts.options.province_roots = {"H37", "H01"};
    parts.options.known_places = read_places();
    parts.options.reused_province_codes = {"15", "24", "44", "52", "80", "82", "91"};
    parts.options.replay_approval_above = 2;
    return parts;
}

std::string ApiKit::assertion(
    std::string_view client, std::string_view aud, int seconds, const char* pem
) {
    auto claims = core::Document::object();
    for (const auto* name : {"iss", "sub"})
        claims.set(name, core::Document::text(std::string(client)));
    claims.set("aud", core::Document::text(std::string(aud)));
    claims.set("exp", core::Document::number(core::to_ms(clock.now()) / 1'000 + seconds));
    claims.set("jti", core::Document::text("jti-" + std::to_string(++keys_)));
    const auto key = crypto::Key::private_from_pem(pem);
    REQUIRE(key.has_value());
    return crypto::sign_jwt(formats::write_json(claims), *key, "k").value();
}

std::string ApiKit::token(std::string client, std::string scopes) {
    const auto jwt = assertion(client, endpoint, 60, client_private_pem);
    std::string form =
        "grant_type=client_credentials&client_assertion_type="
        "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" +
        jwt;
    if (!scopes.empty()) form += "&scope=" + scopes;
    ports::Headers headers;
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const auto answer = send(request("POST", "/oauth2/token", form, headers));
    REQUIRE_MESSAGE(answer.status == 200, answer.body);
    return answer.text("/access_token");
}

ports::InRequest ApiKit::request(
    std::string method, std::string path, std::string body, ports::Headers more
) {
    ports::InRequest request;
    request.method = std::move(method);
    const auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.body = std::move(body);
    request.headers = std::move(more);
    request.remote = "127.0.0.1";
    return request;
}

namespace {

/// Every «place» of the sentences of the catalogue, with its marks.
const std::set<std::string>& places() {
    static const std::set<std::string> all = [] {
        std::set<std::string> names;
        for (const auto& row : core::problem_catalogue()) {
            auto rest = row.message_vi;
            for (auto at = rest.find("«"); at != rest.npos; at = rest.find("«")) {
                const auto end = rest.find("»", at);
                names.emplace(rest.substr(at, end + 2 - at));
                rest.remove_prefix(end);
            }
        }
        return names;
    }();
    return all;
}

/// No clerk reads a sentence whose places nobody has filled.
void check_sentences(const core::Document& value) {
    if (value.is_list())
        for (const auto& item : value.items()) check_sentences(item);
    for (const auto& member : value.members()) {
        check_sentences(member.value);
        if (member.name != "message_vi") continue;
        for (const auto& place : places()) {
            const bool unfilled = member.value.as_text().find(place) != std::string::npos;
            CHECK_MESSAGE(!unfilled, member.value.as_text());
        }
    }
}

}  // namespace

Answer ApiKit::send(ports::InRequest request) {
    auto given = loop.get(api->handle(std::move(request)));
    Answer answer;
    answer.status = given.status;
    answer.headers = std::move(given.headers);
    answer.body = std::move(given.body);
    while (given.stream) {
        auto piece = given.stream->read().value();
        if (piece.empty()) break;
        answer.body += piece;
    }
    if (auto json = formats::read_json(answer.body)) answer.json = std::move(*json);
    check_sentences(answer.json);
    return answer;
}

Answer ApiKit::call(std::string method, std::string path, std::string body, ports::Headers more) {
    ports::Headers headers = std::move(more);
    const auto otherwise = [&headers](std::string name, const std::string& value) {
        if (ports::header(headers, name).empty()) headers.emplace_back(std::move(name), value);
    };
    auto& token_now = tokens_["onestop-h37"];
    if (token_now.empty()) token_now = token();
    otherwise("Authorization", "Bearer " + token_now);
    otherwise("LT-Actor", "CB0001");
    if (!body.empty()) otherwise("Content-Type", "application/json");
    if (method == "POST") otherwise("Idempotency-Key", fresh_key());
    std::erase_if(headers, [](const auto& header) { return header.value == "-"; });
    const auto asked = formats::read_json(body);
    auto answer = send(request(method, path, std::move(body), std::move(headers)));
    if (answer.status / 100 == 2 && path.starts_with("/v1/")) {
        const auto fault = openapi_fault(
            method,
            path.substr(0, path.find('?')),
            answer.status,
            asked ? *asked : core::Document(),
            answer.json
        );
        const auto told = method + " " + path + ": " + fault;
        CHECK_MESSAGE(fault.empty(), told);
    }
    return answer;
}

Answer ApiKit::call(
    std::string method, std::string path, const core::Document& body, ports::Headers more
) {
    return call(std::move(method), std::move(path), formats::write_json(body), std::move(more));
}

Answer ApiKit::admin(std::string method, std::string path, std::string body) {
    ports::Headers headers;
    headers.emplace_back("Content-Type", "application/json");
    auto call = request(std::move(method), std::move(path), std::move(body), std::move(headers));
    call.remote = "unix";
    return send(std::move(call));
}

std::string content_digest_of(std::string_view bytes) {
    const auto digest = crypto::sha256(bytes);
    const std::string_view raw(reinterpret_cast<const char*>(digest.data()), digest.size());
    return "sha-256=:" + crypto::to_base64(raw) + ":";
}

Answer ApiKit::upload(std::vector<std::string> pieces, ports::Headers more, std::string fault) {
    std::string whole;
    for (const auto& piece : pieces) whole += piece;
    ports::Headers headers = std::move(more);
    const auto otherwise = [&headers](std::string name, const std::string& value) {
        if (ports::header(headers, name).empty()) headers.emplace_back(std::move(name), value);
    };
    otherwise("Authorization", "Bearer " + token());
    otherwise("Idempotency-Key", fresh_key());
    otherwise("Content-Type", "application/pdf");
    otherwise("Content-Digest", content_digest_of(whole));
    otherwise("Content-Disposition", "attachment; filename*=UTF-8''t%E1%BB%9D%20khai.pdf");
    std::erase_if(headers, [](const auto& header) { return header.value == "-"; });
    auto call = request("POST", "/v1/attachments", "", std::move(headers));
    call.stream = std::make_shared<PieceStream>(std::move(pieces), std::move(fault));
    return send(std::move(call));
}

std::string ApiKit::file(std::string content) {
    const auto answer = upload({std::move(content)});
    REQUIRE_MESSAGE(answer.status / 100 == 2, answer.body);
    return answer.text("/id");
}

Answer ApiKit::dossier(std::string code) {
    auto body = received_request();
    body.set("code", text(std::move(code)));
    body.find("documents")->items()[0].set("attachment_id", text(file()));
    auto answer = call("POST", "/v1/dossiers", body);
    REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return answer;
}

}  // namespace gw::test
