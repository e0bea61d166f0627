// The webhook endpoint: takes once, counts repeats, refuses on purpose at most once.
#include "simulators/onestop/receiver.hpp"

#include "simulators/kit/text.hpp"
#include "simulators/onestop/mistakes.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace sim::onestop {
namespace {
constexpr const char* secret = "whsec_U1lOVEhFVElDLVdFQkhPT0stU0VDUkVULTMyQllURSE=";

kit::Call signed_call(const std::string& id, const std::string& type, core::Instant now) {
    kit::Call call;
    call.method = "POST";
    call.path = Receiver::path;
    call.body = R"({"id":")" + id + R"(","type":")" + type + R"(","seq":2,"data":{}})";
    const std::string stamp = std::to_string(core::to_ms(now) / 1'000);
    const std::string text = id + "." + stamp + "." + call.body;
    const auto key = *kit::from_base64(std::string_view(secret).substr(6));
    std::array<unsigned char, 32> mac{};
    unsigned size = 0;
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        reinterpret_cast<const unsigned char*>(text.data()),
        text.size(),
        mac.data(),
        &size
    );
    const std::string_view bytes(reinterpret_cast<const char*>(mac.data()), size);
    call.headers = {
        {"webhook-id", id},
        {"webhook-timestamp", stamp},
        {"webhook-signature", "v1," + kit::base64(bytes)}};
    return call;
}

struct Desk {
    Desk() : mistakes(mistake_table(1)), receiver(mistakes, ledger) { receiver.trust(secret); }
    kit::Answer bring(const std::string& id) {
        return receiver.handle(signed_call(id, "dossier.updated", now), now);
    }
    void always(const char* name) { mistakes.set(kit::Fault(name)); }
    core::Instant now = core::from_ms(1'767'598'329'000);
    Ledger ledger;
    kit::Faults mistakes;
    Receiver receiver;
};
}  // namespace

TEST_CASE("OC-14 receiver: the second delivery of an event is a repeat and answered as the first") {
    Desk desk;
    int heard = 0;
    desk.receiver.set_on_event([&](const FeedEvent&) { ++heard; });
    CHECK(desk.bring("evt_1").status == 204);
    CHECK(desk.bring("evt_1").status == 204);
    CHECK(heard == 1);
    CHECK(desk.receiver.received() == 1);
    CHECK(desk.receiver.repeated() == 1);
}

TEST_CASE("OC-14 receiver: a forged webhook is refused and told") {
    Desk desk;
    auto call = signed_call("evt_1", "dossier.updated", desk.now);
    call.body += " ";
    CHECK(desk.receiver.handle(call, desk.now).status == 401);
    CHECK(desk.receiver.unproven() == 1);
    CHECK(desk.ledger.surprises.size() == 1);
    CHECK(desk.receiver.received() == 0);
}

TEST_CASE("receiver: each way of refusing strikes an event once, then it is taken") {
    for (const auto& [name, status] :
         {std::pair("onestop.webhook_500", 500),
          std::pair("onestop.webhook_503", 503),
          std::pair("onestop.wrong_key", 401)}) {
        Desk desk;
        desk.always(name);
        CHECK(desk.bring("evt_1").status == status);
        CHECK(desk.receiver.waiting() == 1);
        CHECK(desk.bring("evt_1").status == 204);
        CHECK(desk.receiver.waiting() == 0);
        CHECK(desk.ledger.surprises.empty());
    }
}

TEST_CASE("receiver: a lost answer was taken all the same; late and double answers are said") {
    Desk desk;
    desk.always("onestop.webhook_lost");
    CHECK(desk.bring("evt_1").fate == kit::Fate::reset);
    CHECK(desk.receiver.received() == 1);
    CHECK(desk.bring("evt_1").fate == kit::Fate::answer);
    desk.mistakes.clear();
    desk.always("onestop.webhook_slow");
    desk.always("onestop.webhook_twice");
    const auto answer = desk.bring("evt_2");
    CHECK(answer.delay.count() == 1'500);
    CHECK(answer.fate == kit::Fate::answer_twice);
}

TEST_CASE("receiver: webhook.test is no event of the feed") {
    Desk desk;
    CHECK(
        desk.receiver.handle(signed_call("evt_1", "webhook.test", desk.now), desk.now).status == 204
    );
    CHECK(desk.receiver.tests() == 1);
    CHECK(desk.receiver.received() == 0);
}

}  // namespace sim::onestop
