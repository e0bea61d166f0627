// Identity checks, payments and parcels of the played one-stop.
#include "simulators/onestop/services.hpp"

#include "simulators/onestop/json.hpp"

namespace sim::onestop {

namespace {

constexpr const char* officer = "CB0001";

/// Which way this citizen pays; the same life always chooses the same.
std::string provider_of(const Life& life) {
    switch (life.seed % 10) {
        case 0:
        case 1:
            return "counter";
        case 2:
        case 3:
        case 4:
        case 5:
            return "vnpay";
        default:
            return "national_platform";
    }
}

bool is_open(const std::string& state) {
    return state == "initiated" || state == "pending";
}

std::int64_t number_of(const rapidjson::Value& object, const char* name) {
    const auto it = object.FindMember(name);
    return it != object.MemberEnd() && it->value.IsInt64() ? it->value.GetInt64() : 0;
}

}  // namespace

asio::awaitable<void> Services::check_identity(const Life& life) {
    if (life.promotion) co_return;
    Request request;
    request.path = "/v1/identity-checks";
    request.actor = officer;
    request.key = client_.new_key();
    Json j;
    j.begin().set("kind", life.seed % 3 == 0 ? "confirm" : "lookup");
    j.set("dossier_code", life.code).set("procedure_code", life.procedure);
    j.set("purpose", "Đối chiếu người yêu cầu").name("subject").begin();
    j.set("citizen_number", life.owner.citizen_number).set("full_name", life.owner.name);
    j.set("birth", std::to_string(life.owner.birth_year)).end();
    request.body = j.end().text();
    const auto reply = co_await client_.call(std::move(request));
    if (!reply.reached) co_return;
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    const std::string outcome = text_of(answer, "outcome");
    ++ledger_.identity_checks;
    if (reply.status == 200 && outcome == "match") ++ledger_.identity_matches;
    // "Not available" is an answer; a wrong verdict about a person who is there is not.
    const bool fair = reply.status == 200 && (outcome == "match" || outcome == "unavailable");
    if (!fair)
        ledger_.surprise(
            "identity check of " + life.code + ": " + std::to_string(reply.status) + " " + outcome +
            " " + reply.code
        );
}

asio::awaitable<Services::Owed> Services::owed(const Life& life) {
    Owed owed;
    Request request;
    request.method = "GET";
    request.path = "/v1/dossiers/" + life.code;
    const auto reply = co_await client_.call(std::move(request));
    rapidjson::Document dossier;
    dossier.Parse(reply.body.c_str());
    if (!dossier.IsObject() || !dossier.HasMember("fees")) co_return owed;
    for (const auto& fee : dossier["fees"].GetArray()) {
        if (text_of(fee, "state") != "unpaid") continue;
        owed.ids.push_back(text_of(fee, "id"));
        owed.amount += number_of(fee, "amount");
    }
    co_return owed;
}

asio::awaitable<std::string> Services::start(
    const Life& life, const Owed& owed, std::string provider
) {
    Request request;
    request.path = "/v1/payments";
    request.actor = officer;
    request.key = client_.new_key();
    Json j;
    j.begin().set("dossier_code", life.code).name("fee_ids").list();
    for (const auto& id : owed.ids) j.value(id);
    j.end_list().set("amount", owed.amount).set("method", "online").set("provider", provider);
    request.body = j.set("return_url", options_.return_url).end().text();
    const auto reply = co_await client_.call(std::move(request));
    if (!reply.reached || (reply.status != 201 && reply.status != 202)) {
        if (reply.reached)
            ledger_.surprise(
                "payment of " + life.code + ": " + std::to_string(reply.status) + " " +
                reply.body.substr(0, 200)
            );
        co_return std::string();
    }
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    PaymentMade made;
    made.id = text_of(answer, "id");
    made.reference = text_of(answer, "reference");
    made.dossier = life.code;
    made.provider = std::move(provider);
    made.amount = owed.amount;
    std::string id = made.id;
    ledger_.payments[id] = std::move(made);
    co_return id;
}

asio::awaitable<std::string> Services::wait_for_end(std::string id) {
    const auto until = clock_.now() + options_.payment_patience;
    bool opened = false;
    std::string state;
    while (clock_.now() < until) {
        Request request;
        request.method = "GET";
        request.path = "/v1/payments/" + id;
        const auto reply = co_await client_.call(std::move(request));
        rapidjson::Document payment;
        payment.Parse(reply.body.c_str());
        state = text_of(payment, "state");
        if (!state.empty() && !is_open(state)) co_return state;
        if (!opened && payment.IsObject() && payment.HasMember("checkout")) {
            opened = true;
            if (browser_) {
                std::string url = text_of(payment["checkout"], "url");
                co_await browser_(std::move(url));
            }
        }
        const auto next = clock_.now() + core::Duration(250);
        co_await clock_.sleep_until(next);
    }
    co_return state;
}

asio::awaitable<bool> Services::take_cash(const Life& life, const Owed& owed) {
    Request request;
    request.path = "/v1/payments/offline";
    request.actor = officer;
    request.key = client_.new_key();
    Json j;
    j.begin().set("dossier_code", life.code).name("fee_ids").list();
    for (const auto& id : owed.ids) j.value(id);
    j.end_list().set("amount", owed.amount).set("method", "cash");
    j.set("collected_at", core::to_rfc3339(clock_.now()));
    request.body = j.set("document_no", "PT-" + life.code).end().text();
    const auto reply = co_await client_.call(std::move(request));
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    if (reply.reached && reply.status == 201) {
        PaymentMade made;
        made.id = text_of(answer, "id");
        made.dossier = life.code;
        made.provider = "counter";
        made.amount = owed.amount;
        ledger_.payments[made.id] = made;
        co_return true;
    }
    if (reply.reached)
        ledger_.surprise(
            "cash for " + life.code + ": " + std::to_string(reply.status) + " " +
            reply.body.substr(0, 200)
        );
    co_return false;
}

asio::awaitable<bool> Services::pay(const Life& life, Promise& promise) {
    const auto owes = co_await owed(life);
    if (owes.ids.empty() || owes.amount == 0) co_return true;
    const std::string provider = provider_of(life);
    if (provider != "counter") {
        std::string id = co_await start(life, owes, provider);
        if (id.empty()) co_return false;
        const auto state = co_await wait_for_end(std::move(id));
        if (state == "paid" || state == "receipt_issued") {
            promise.fields["DuocThanhToanTrucTuyen"] = provider == "national_platform" ? "1" : "2";
            co_return true;
        }
        if (is_open(state) || state.empty()) {
            ledger_.surprise("a payment of " + life.code + " did not end");
            co_return false;
        }
    }
    const bool paid = co_await take_cash(life, owes);
    if (paid) promise.fields["DuocThanhToanTrucTuyen"] = "0";
    co_return paid;
}

asio::awaitable<bool> Services::book_return(const Life& life) {
    if (life.delivery != "post") co_return true;
    Request request;
    request.path = "/v1/deliveries";
    request.actor = officer;
    request.key = client_.new_key();
    Json j;
    j.begin().set("dossier_code", life.code).set("direction", "return").set("carrier", "vnpost");
    j.name("receiver").begin().set("name", life.owner.name).set("phone", life.owner.phone);
    j.name("address").begin().set("province_code", "38").set("commune_code", "00000");
    j.set("detail", "Thôn Mẫu 1").end().end();
    j.name("items").list().value("Kết quả giải quyết").end_list();
    request.body = j.set("cod_amount", std::int64_t{0}).end().text();
    const auto reply = co_await client_.call(std::move(request));
    if (!reply.reached || reply.status != 201) {
        if (reply.reached)
            ledger_.surprise(
                "delivery of " + life.code + ": " + std::to_string(reply.status) + " " +
                reply.body.substr(0, 200)
            );
        co_return false;
    }
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    DeliveryMade made;
    made.id = text_of(answer, "id");
    made.order_number = text_of(answer, "order_number");
    made.dossier = life.code;
    ledger_.deliveries[made.id] = made;
    co_return true;
}

}  // namespace sim::onestop
