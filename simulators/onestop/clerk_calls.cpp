// The clerk's calls that every step shares: posting with the mistakes people make, uploads, the
// inbox.
#include "simulators/onestop/clerk.hpp"
#include "simulators/onestop/json.hpp"

#include <utility>

namespace sim::onestop {
namespace {
constexpr const char* officer = "CB0001";
}  // namespace

asio::awaitable<Reply> Clerk::post(Request request, int wanted) {
    if (request.key.empty()) request.key = client_.new_key();
    request.actor = officer;
    const Request again = request;
    Reply first = co_await client_.call(std::move(request));
    if (!first.reached) co_return first;
    if (first.status != wanted) {
        ledger_.surprise(
            again.method + " " + again.path + ": " + std::to_string(first.status) + " " +
            first.body.substr(0, 600)
        );
        co_return first;
    }
    if (random_.uniform() < mistakes_.repeat_same) {
        const auto second = co_await client_.call(again);
        if (second.reached &&
            (second.status != first.status || second.body != first.body || !second.replayed))
            ledger_.surprise(
                "repeat of " + again.path +
                " was answered differently: " + std::to_string(second.status)
            );
    }
    if (random_.uniform() < mistakes_.repeat_changed && again.content_type == "application/json") {
        Request changed = again;
        changed.body.insert(1, " ");
        const auto third = co_await client_.call(std::move(changed));
        if (third.reached && third.code != "idempotency.conflict")
            ledger_.surprise(
                "same key with another body at " + again.path + ": " + std::to_string(third.status)
            );
        else
            ++ledger_.refused_as_expected;
    }
    co_return first;
}

asio::awaitable<std::string> Clerk::upload(
    std::size_t bytes, std::uint64_t seed, std::string name
) {
    Request request;
    request.path = "/v1/attachments";
    request.content_type = "application/pdf";
    request.body = make_file(bytes, seed);
    const std::string digest = content_digest(request.body);
    if (random_.uniform() < mistakes_.wrong_digest) {
        Request wrong = request;
        wrong.key = client_.new_key();
        wrong.body.back() ^= 1;
        wrong.more.emplace_back("Content-Digest", digest);
        wrong.more.emplace_back("Content-Disposition", "attachment; filename*=UTF-8''" + name);
        const auto refused = co_await client_.call(std::move(wrong));
        if (refused.reached && refused.code != "attachment.digest_mismatch")
            ledger_.surprise(
                "upload with a wrong digest: " + std::to_string(refused.status) + " " +
                refused.body.substr(0, 300)
            );
        else
            ++ledger_.refused_as_expected;
    }
    request.more.emplace_back("Content-Digest", digest);
    request.more.emplace_back("Content-Disposition", "attachment; filename*=UTF-8''" + name);
    request.key = client_.new_key();
    const auto reply = co_await client_.call(std::move(request));
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    if (!reply.reached || (reply.status != 201 && reply.status != 200)) {
        ledger_.surprise(
            "upload: " + std::to_string(reply.status) + " " + reply.body.substr(0, 300)
        );
        co_return std::string();
    }
    co_return text_of(answer, "id");
}

asio::awaitable<bool> Clerk::acknowledge(std::string inbox_id, std::string code) {
    Request request;
    request.path = "/v1/inbox/" + inbox_id + "/ack";
    Json j;
    request.body = j.begin().set("dossier_code", code).set("outcome", "created").end().text();
    const auto reply = co_await post(std::move(request), 200);
    co_return reply.reached&& reply.status == 200;
}

asio::awaitable<void> Clerk::watch_inbox() {
    while (true) {
        Request list;
        list.method = "GET";
        list.path = "/v1/inbox?state=ready&kind=dossier&limit=100";
        const auto page = co_await client_.call(std::move(list));
        rapidjson::Document answer;
        answer.Parse(page.body.c_str());
        bool found = false;
        if (page.reached && page.status == 200 && answer.IsObject() && answer.HasMember("items")) {
            for (const auto& item : answer["items"].GetArray()) {
                const std::string id = text_of(item, "id");
                Request claim;
                claim.path = "/v1/inbox/" + id + "/claim";
                claim.key = client_.new_key();
                claim.actor = officer;
                const auto claimed = co_await client_.call(std::move(claim));
                rapidjson::Document whole;
                whole.Parse(claimed.body.c_str());
                if (!claimed.reached || claimed.status != 200 || !whole.HasMember("payload"))
                    continue;
                inbox_[text_of(whole["payload"], "code")] = id;
                found = true;
            }
        }
        const auto pause = core::Duration(found ? 50 : 300);
        co_await clock_.sleep_until(clock_.now() + pause);
    }
}

}  // namespace sim::onestop
