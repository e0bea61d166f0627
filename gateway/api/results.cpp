// Results of a dossier: signatures are verified before the answer, doubtful ones are held and
// looked at again (contract 3.2, DS-25, DS-27).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/jobs.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/signatures.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"

namespace gw::api {

namespace {

using core::CommandContext;
using core::Document;

/// What is known of the file of one result.
struct Look {
    Look() = default;
    bool looked = false;  // a file was there, and signatures are verified here
    crypto::DocumentReport report;
    std::string attachment, sha256;
};

asio::awaitable<core::Result<Look>> look_at(
    Context& context, std::string tenant, std::string attachment, core::Instant now
) {
    Look look;
    auto* desk = context.parts.signatures;
    if (desk == nullptr || attachment.empty()) co_return look;
    auto file = co_await context.parts.store->object("attachment", std::move(tenant), attachment);
    if (!file) co_return file.error();
    if (!*file) co_return look;  // what is missing is refused by the command
    const auto digest = crypto::digest_from_hex((*file)->ref);
    const bool there = digest && context.parts.blobs->has(*digest);
    if (!there) co_return look;
    auto report = desk->look(*context.parts.blobs, **file, now);
    if (!report) co_return report.error();
    look.looked = true;
    look.report = std::move(*report);
    look.attachment = std::move(attachment);
    look.sha256 = (*file)->ref;
    co_return look;
}

core::SignatureFinding finding_of_look(const Look& look) {
    return look.looked ? finding_of(look.report) : core::SignatureFinding();
}

/// The kept report of a result; a file without a signature has none.
std::optional<core::ObjectWrite> report_write(
    const Call& call,
    const Look& look,
    const Document& result,
    std::string state,
    std::int64_t expected
) {
    if (!look.looked || look.report.verdict == crypto::Verdict::not_signed) return std::nullopt;
    auto body = report_json(look.report, call.now);
    body.set("id", Document::text(result.text_of("id")));
    body.set("dossier_code", Document::text(call.path[0]));
    body.set("attachment_id", Document::text(look.attachment));
    body.set("sha256", Document::text(look.sha256));
    body.set("state", Document::text(std::move(state)));
    auto kind = std::string(signature_kind);
    return object_write(call, std::move(kind), result.text_of("id"), body, expected);
}

Location result_address(const Call& call) {
    return [code = call.path[0]](const Document& answer) {
        return "/v1/dossiers/" + percent_encode(code) + "/results/" + answer.text_of("id");
    };
}

}  // namespace

asio::awaitable<Reply> add_result(Context& context, Call& call) {
    auto looked =
        co_await look_at(context, call.who.tenant, call.body.text_of("attachment_id"), call.now);
    if (!looked) co_return refuse(call, looked.error());
    const Look look = std::move(*looked);
    core::ResultPolicy policy;
    if (context.parts.signatures != nullptr) policy = context.parts.signatures->options().policy;
    Command command = [&](const Document& current, const CommandContext& with) {
        return core::add_result(current, call.body, finding_of_look(look), policy, with);
    };
    Addition addition = [&](const core::Change& change, ports::Acceptance& acceptance) {
        std::string state = core::is_held(change.answer) ? "held" : "done";
        auto write = report_write(call, look, change.answer, std::move(state), 0);
        if (write) acceptance.objects.push_back(std::move(*write));
    };
    auto address = result_address(call);
    auto reply = co_await change_dossier(
        context, call, std::move(command), 201, std::move(address), std::move(addition)
    );
    co_return reply;
}

asio::awaitable<Reply> release_result(Context& context, Call& call) {
    Command command = [&call](const Document& current, const CommandContext& with) {
        return core::release_result(current, call.path[1], call.body, with);
    };
    return change_dossier(context, call, std::move(command), 200, Location());
}

asio::awaitable<Reply> get_signature(Context& context, Call& call) {
    auto kind = std::string(signature_kind);
    auto report = co_await read_object(context, std::move(kind), call.who.tenant, call.path[1]);
    if (!report) co_return refuse(call, report.error());
    if (!report->found || report->object.dossier != call.path[0])
        co_return refuse(call, "not_found");
    co_return Reply(200, formats::write_json(report->body));
}

namespace {

asio::awaitable<bool> still_held(Context& context, const Call& call) {
    auto dossier = co_await read_object(context, "dossier", call.who.tenant, call.path[0]);
    if (!dossier) co_return true;  // not known now
    if (const auto* results = dossier->body.find("results"))
        for (const auto& result : results->items())
            if (result.text_of("id") == call.path[1]) co_return core::is_held(result);
    co_return false;
}

/// A person released or revoked it: nothing to look after any more.
asio::awaitable<void> close_report(
    Context& context, const Call& call, core::Object object, Document body
) {
    body.set("state", Document::text("done"));
    auto kind = std::string(signature_kind);
    auto write = object_write(call, std::move(kind), object.id, body, object.version);
    write.object.created_at = object.created_at;
    ports::Acceptance acceptance;
    acceptance.objects.push_back(std::move(write));
    Reply silent;
    co_await commit(context, call, std::move(acceptance), std::move(silent));
}

/// One held result: its file again, with the anchors and lists of today.
asio::awaitable<void> recheck_one(Context& context, core::Object object, Document body) {
    auto call = call_of(context, object, body);
    call.who.client = "signatures";
    call.path = {object.dossier, object.id};
    const bool held = co_await still_held(context, call);
    if (!held) {
        co_await close_report(context, call, std::move(object), std::move(body));
        co_return;
    }
    auto looked =
        co_await look_at(context, call.who.tenant, body.text_of("attachment_id"), call.now);
    if (!looked || !looked->looked) co_return;
    const Look look = std::move(*looked);
    const auto& policy = context.parts.signatures->options().policy;
    const auto finding = finding_of_look(look);
    const bool over = object.created_at + policy.hold <= call.now;
    const bool ask = over && object.state == "held" && finding.outcome == "indeterminate";
    const bool same = finding.outcome == body.text_of("outcome");
    Command command = [&](const Document& current, const CommandContext& with) {
        return core::settle_result(current, call.path[1], finding, ask, with);
    };
    Addition addition = [&](const core::Change& change, ports::Acceptance& acceptance) {
        const bool still = core::is_held(change.answer);
        std::string state = !still ? "done" : ask ? "asked" : object.state;
        auto write = report_write(call, look, change.answer, std::move(state), object.version);
        if (!write) return;
        write->object.created_at = object.created_at;
        acceptance.objects.push_back(std::move(*write));
    };
    if (same && !ask) co_return;
    Location none;
    auto reply = co_await change_dossier(
        context, call, std::move(command), 200, std::move(none), std::move(addition)
    );
    if (reply.status >= 400) {
        const ports::log::Word code(reply.code);
        ports::log::warning("result.not_rechecked", {{"code", code}});
    }
}

}  // namespace

asio::awaitable<void> recheck_results(Context& context) {
    if (context.parts.signatures == nullptr) co_return;
    for (const auto* state : {"held", "asked"}) {
        ports::ObjectFilter filter;
        filter.kind = signature_kind;
        filter.state = state;
        filter.limit = 200;
        auto page = co_await context.parts.store->objects(std::move(filter));
        if (!page) co_return;
        for (auto& object : page->items) {
            auto stored = co_await read_object(
                context, std::string(signature_kind), object.agency, object.id
            );
            if (!stored || !stored->found) continue;
            co_await recheck_one(context, stored->object, stored->body);
        }
    }
}

}  // namespace gw::api
