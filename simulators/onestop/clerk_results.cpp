// The clerk's results: signed papers, and now and then one that was changed after it was signed.
#include "simulators/onestop/clerk.hpp"
#include "simulators/onestop/json.hpp"

#include <utility>

namespace sim::onestop {
namespace {

kit::UnixTime seconds_of(core::Instant t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

std::string outcome_of(const Reply& reply, std::string& id) {
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    if (!answer.IsObject()) return {};
    id = text_of(answer, "id");
    const auto check = answer.FindMember("signature_check");
    return check == answer.MemberEnd() ? std::string() : text_of(check->value, "outcome");
}

}  // namespace

std::string Clerk::paper_of_result(const Life& life, const Step& step) {
    if (signing_ == nullptr) return make_file(step.file_bytes, life.seed + 99);
    return signing_->signed_paper(step.file_bytes, life.seed + 99, seconds_of(clock_.now()));
}

std::string Clerk::body_of_result(const Step& step, const std::string& file) const {
    Json j;
    j.begin()
        .set("result_code", "KQ.G15.000031")
        .set("name", "Kết quả giải quyết")
        .set("number", "7")
        .set("symbol", "KQ-MAU");
    j.set("signed_on", core::to_iso_day(core::local_day(step.at)))
        .set("signer", "Lãnh đạo Mẫu")
        .set("attachment_id", file);
    return j.end().text();
}

/// The gateway must not take it; the clerk sees why and takes the right paper.
asio::awaitable<void> Clerk::post_forged(const Life& life, const Step& step, std::string paper) {
    std::string bad = forged(std::move(paper));
    std::string file = co_await upload_content(std::move(bad), "ket-qua-sua.pdf");
    if (file.empty()) co_return;
    Request request;
    request.path = "/v1/dossiers/" + life.code + "/results";
    request.key = client_.new_key();
    request.actor = "CB0001";
    request.body = body_of_result(step, file);
    const auto reply = co_await client_.call(std::move(request));
    if (!reply.reached) co_return;
    const bool refused =
        reply.status == 422 && reply.body.find("result.signature_invalid") != reply.body.npos;
    if (refused)
        ++ledger_.refused_as_expected, ++ledger_.forged_refused;
    else
        ledger_.surprise(
            "a forged result of " + life.code + ": " + std::to_string(reply.status) + " " +
            reply.body.substr(0, 300)
        );
}

asio::awaitable<bool> Clerk::result(const Life& life, const Step& step, Promise& promise) {
    std::string paper = paper_of_result(life, step);
    const std::string digest = sha256_hex(paper);
    const bool forges = signing_ != nullptr && errs("forged_result", "results", life.code);
    if (forges) co_await post_forged(life, step, paper);
    std::string file = co_await upload_content(std::move(paper), "ket-qua.pdf");
    if (file.empty()) co_return false;
    Request request;
    request.path = "/v1/dossiers/" + life.code + "/results";
    request.body = body_of_result(step, file);
    const auto reply = co_await post(std::move(request), 201);
    if (!reply.reached || reply.status != 201) co_return false;
    if (!reply.etag.empty()) promise.etag = reply.etag;
    promise.files.push_back({"Kết quả giải quyết", "", digest, true});
    ++promise.results;
    std::string id;
    const std::string outcome = outcome_of(reply, id);
    if (signing_ != nullptr && outcome == "valid") ledger_.results_signed.insert(id);
    if (signing_ != nullptr && outcome != "valid")
        ledger_.surprise("a signed result of " + life.code + " is \"" + outcome + "\"");
    co_return true;
}

}  // namespace sim::onestop
