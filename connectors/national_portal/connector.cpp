// The portal at work: one exchange, look-ups, pulls, and the sink.
#include "connectors/national_portal/connector.hpp"

#include "connectors/kit/text.hpp"
#include "connectors/national_portal/checks.hpp"
#include "connectors/national_portal/codec.hpp"
#include "connectors/national_portal/jobs.hpp"
#include "connectors/national_portal/session.hpp"
#include "connectors/national_portal/source.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::national_portal {
namespace {

using connector_kit::Kind;
using connector_kit::Seen;
using connector_kit::Session;
using core::Advice;
using core::Blame;
using core::Document;
using mapping::ReplyClass;

constexpr core::Duration enquiry_max{20'000}, honest_for{3'600'000};

/// The second REAUTH in a row: the session service itself is ill, or our right is gone.
void refuse_session(Verdict& v, const std::string& partner) {
    v.meaning = ReplyClass::retry;
    v.ours = v.seen == Seen::unauthorised;
    v.code = partner + (v.ours ? ".credential" : ".session_refused");
    v.sentence = "Đối tác từ chối cả phiên đăng nhập vừa lấy mới. Hệ thống sẽ thử lại sau.";
}

void take_secrets_out(Reading& reading, const Options& options, const Session& session) {
    reading.verdict.answer =
        connector_kit::redact(std::move(reading.verdict.answer), secrets_of(options, session));
}

/// An enquiry that got no answer is asked again; nothing else is decided by it.
core::Error ask_again(core::Error e) {
    e.advice = Advice::retry;
    if (e.blame == Blame::message) e.blame = Blame::partner;
    e.lane_note.reset();
    return e;
}

/// A code of our own province that no dossier can have.
std::string impossible_code(const Options& options) {
    const std::string root =
        options.province_roots.empty() ? "H00" : options.province_roots.front();
    return root + "-000000-KHONG-TON-TAI";
}

/// What DongBoTrangThaiHoSo says as it is (dossier-status-portal-origin.csv).
bool is_told_unchanged(int status) {
    return status == 1 || status == 2 || status == 5;
}

std::vector<Document> sent_lines(std::string_view bytes) {
    const formats::JsonLimits limits{bytes.size() + 1, 64, 20'000};
    const auto call = formats::read_json(bytes, limits);
    const Document* data = call ? call->find("data") : nullptr;
    return data == nullptr ? std::vector<Document>() : data->items();
}

}  // namespace

Portal::Portal(connector_kit::Parts parts, Options options)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      sessions_(*parts_.clock, *this, options_.login_pause) {
    if (options_.files_base_url.empty()) options_.files_base_url = parts_.files_base_url;
    if (options_.files_secret.empty()) options_.files_secret = parts_.files_secret;
}

std::string Portal::attempt_id() {
    std::string hex = crypto::to_hex(std::string(16, '\0'));
    const std::uint64_t high = parts_.random->next(), low = parts_.random->next();
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < 16; ++i) {
        hex[i] = digits[(high >> (4 * i)) & 15];
        hex[16 + i] = digits[(low >> (4 * i)) & 15];
    }
    hex[12] = '4';
    hex[16] = digits[8 + (low & 3)];
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20);
}

ports::Async<Session> Portal::log_in() {
    ports::HttpRequest request = log_in_request(options_);
    const ports::HttpResult result = co_await parts_.http->send(std::move(request));
    co_return read_log_in(options_, parts_.answers, result, parts_.clock->now());
}

ports::Async<Reading> Portal::exchange(
    Call call, std::string bytes, core::Duration total_max, std::string issue
) {
    Reading reading;
    for (int round = 0; round < 2; ++round) {
        const auto session = co_await sessions_.get();
        if (!session) co_return session.error();
        ports::HttpRequest request = wire_request(options_, bytes, *session);
        request.total_max = total_max;
        request.headers.emplace_back("X-Road-Id", attempt_id());
        if (!issue.empty()) request.headers.emplace_back("X-Road-Issue", issue);
        const ports::HttpResult result = co_await parts_.http->send(std::move(request));
        reading = read_answer(options_, parts_.answers, call, result);
        take_secrets_out(reading, options_, *session);
        if (reading.verdict.meaning != ReplyClass::reauth) co_return reading;
        sessions_.refused(session->generation);
    }
    refuse_session(reading.verdict, options_.partner);
    co_return reading;
}

ports::Async<Document> Portal::pull(std::string service, Document arguments) {
    if (pull_service(service) == nullptr)
        co_return core::give_up("national_portal.operation", "Kết nối không có dịch vụ này.");
    Call call;
    call.service = service;
    std::string bytes = encode_pull(options_, service, arguments);
    auto reading =
        co_await exchange(std::move(call), std::move(bytes), core::Duration(60'000), std::string());
    if (!reading) co_return reading.error();
    if (reading->verdict.meaning == ReplyClass::not_found) co_return Document();
    if (reading->verdict.meaning != ReplyClass::ok)
        co_return connector_kit::error_of(reading->verdict);
    co_return std::move(reading->result);
}

ports::Async<Reading> Portal::asked(std::string code) {
    Document arguments = Document::object();
    arguments.set("mahoso", Document::text(code));
    Call call;
    call.service = std::string(service_of(enquiry_service));
    std::string bytes = encode_pull(options_, call.service, arguments);
    co_return co_await exchange(std::move(call), std::move(bytes), enquiry_max, std::move(code));
}

ports::Async<LookUp> Portal::ask(std::string code) {
    auto reading = co_await asked(code);
    if (!reading) co_return ask_again(reading.error());
    LookUp look_up;
    if (reading->verdict.meaning == ReplyClass::not_found) {
        look_up.answer = LookUp::Answer::none;
        co_return look_up;
    }
    if (reading->verdict.meaning != ReplyClass::ok)
        co_return ask_again(connector_kit::error_of(reading->verdict));
    look_up = read_look_up(reading->result, code);
    look_up.evidence = reading->verdict.answer;
    co_return look_up;
}

ports::Async<bool> Portal::look_ups_are_honest() {
    if (!options_.lookup_control) co_return true;
    if (honest_until_ && parts_.clock->now() < *honest_until_) co_return true;
    const std::string code = impossible_code(options_);
    auto control = co_await asked(code);
    if (!control) co_return ask_again(control.error());
    const auto denied = denies(*control, code);
    if (!denied) co_return ask_again(connector_kit::error_of(control->verdict));
    if (!*denied) co_return false;
    honest_until_ = parts_.clock->now() + honest_for;
    co_return true;
}

ports::Async<LookUp> Portal::look_up(std::string code) {
    auto answer = co_await ask(std::move(code));
    if (!answer || answer->answer != LookUp::Answer::found) co_return answer;
    auto honest = co_await look_ups_are_honest();
    if (!honest) co_return honest.error();
    if (!*honest) answer->answer = LookUp::Answer::unreadable;
    co_return answer;
}

core::Result<Push> PortalSink::push_of(const core::Claim& about, Said* said) const {
    auto read = read_snapshot(about);
    if (!read) return read.error();
    *said = std::move(*read);
    Push push;
    push.leg = about.leg.id;
    push.service = service_of(about.leg.operation);
    push.is_packet = about.leg.operation == push_packet;
    push.is_progress = about.leg.operation == push_progress;
    push.status = said->status;
    push.memory = read_memory(about.lane_note);
    push.is_update = push.is_packet && is_update(*said, push.memory);
    push.told_before = said->portal_origin && is_told_unchanged(said->status);
    if (const auto at = core::parse_rfc3339(said->dossier().text_of("received_at")))
        push.received_at = core::to_compact(*at);
    push.unreadable_max = portal_->options().unreadable_max;
    if (push.is_progress) {
        const int total = static_cast<int>(progress_lines(*said, about.event_kind).size());
        push.lines_before = push.memory.lines_of(push.leg);
        push.lines_sent = std::min(portal_->options().lines_max, total - push.lines_before);
        push.lines_left = total - push.lines_before - push.lines_sent;
    }
    return push;
}

core::Result<ports::Prepared> PortalSink::prepare(const core::Claim& claim, core::Instant now)
    const {
    (void)now;
    auto said = read_snapshot(claim);
    if (!said) return said.error();
    const LaneMemory memory = read_memory(claim.lane_note);
    const connector_kit::Parts& parts = portal_->parts();
    const Catalogue& catalogue = portal_->catalogue();
    if (auto refused = check_before_sending(
            portal_->options(), *said, claim.leg.operation, memory, catalogue, parts.transitions
        ))
        return *refused;
    auto bytes = encode_push({portal_->options(), parts.library, catalogue}, *said, claim, memory);
    if (!bytes) return bytes.error();
    ports::Prepared prepared;
    prepared.bytes = std::move(*bytes);
    prepared.digest = crypto::sha256(prepared.bytes);
    return prepared;
}

ports::Async<core::Receipt> PortalSink::send(ports::Prepared prepared, const core::Claim& about) {
    const core::Operation* op = operation(about.leg.operation);
    Said said;
    auto push = push_of(about, &said);
    if (!push) co_return push.error();
    GW_ASSERT(op != nullptr);
    if (push->is_packet && said.imported && !push->memory.known) {
        // NP-33, 2: taken over from another system; nobody knows whether the portal has it.
        auto known = co_await portal_->look_up(said.portal_key);
        if (!known) co_return known.error();
        if (known->answer == LookUp::Answer::none) co_return not_imported(*push);
    }
    Call call;
    call.service = push->service;
    call.kind = connector_kit::kind_of(op->effect);
    const core::Duration total_max = portal_->parts().time_of(*op);
    auto reading = co_await portal_->exchange(
        std::move(call), std::move(prepared.bytes), total_max, said.portal_key
    );
    if (!reading) co_return reading.error();
    auto end = conclude(*push, reading->verdict);
    if (end) co_return std::move(*end);
    auto look_up = co_await portal_->look_up(said.portal_key);
    if (!look_up) co_return look_up.error();
    co_return after_look_up(*push, reading->verdict, *look_up);
}

ports::Async<core::Enquiry> PortalSink::enquire(const core::Claim& about) {
    Said said;
    auto push = push_of(about, &said);
    if (!push) co_return push.error();
    auto look_up = co_await portal_->look_up(said.portal_key);
    if (!look_up) co_return look_up.error();
    std::vector<Document> lines;
    if (push->is_progress) {
        const auto sent = prepare(about, portal_->parts().clock->now());
        if (sent) lines = sent_lines(sent->bytes);
    }
    co_return compare(*push, *look_up, lines);
}

core::Result<connector_kit::Built> build(connector_kit::Parts parts) {
    if (auto good = connector_kit::usable(option_rows(), parts.values); !good) return good.error();
    Options options = read_options(parts.values, parts.partner);
    auto portal = std::make_shared<Portal>(std::move(parts), std::move(options));
    connector_kit::Built built;
    built.sink = std::make_unique<PortalSink>(portal);
    built.source = make_source(portal);
    built.jobs = make_jobs(portal);
    return built;
}

}  // namespace gw::national_portal
