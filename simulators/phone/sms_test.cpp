// The SMS operator: envelope, order, refusals by text, balance, faults.
#include "simulators/phone/soap.hpp"
#include "simulators/phone/test_sender.hpp"

#include <doctest/doctest.h>
#include <pugixml.hpp>

#include <algorithm>

namespace sim::phone {
namespace {

const std::string ok_text = "Insert MT_QUEUE: OK";

TEST_CASE("NT-1 F-189 sms: result 1 is queued; the phone has it a moment later") {
    Sender1 s;
    auto h = s.sms();
    CHECK(h.answer.status == 200);
    CHECK(h.result == "1");
    CHECK(h.message == ok_text);
    CHECK(
        h.answer.body.find("wsCpMtResponse xmlns:ns2=\"http://impl.bulkSms.ws/\"") !=
        std::string::npos
    );
    CHECK(s.phone().messages.at(0).arrival == Arrival::on_the_way);
    s.now += std::chrono::seconds(2);
    s.phones.due(s.now);
    const auto& m = s.phone().messages.at(0);
    CHECK(m.arrival == Arrival::delivered);
    CHECK(m.text == "Ho so H56.14-260105-0007 da co ket qua. Moi nhan tai Quay 5.");
    CHECK(m.sender == "MOTCUA-MAU");
    CHECK(m.parts == 1);
    CHECK(s.phones.outbox().all().empty());
}

TEST_CASE("sms: the envelope of the domain description, with a declaration and blanks") {
    Sender1 s;
    auto body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n  " + soap_of("wsCpMt", sms_parts()) + "\n";
    CHECK(s.soap(body).result == "1");
    auto other = soap_of("wsCpMt", sms_parts());
    for (std::string::size_type at = 0; (at = other.find("impl:", at)) != std::string::npos; ++at)
        other.replace(at, 5, "q:");
    other.replace(other.find("xmlns:impl"), 10, "xmlns:q");
    CHECK(s.soap(other).result == "1");
}

TEST_CASE("sms: what no SOAP server takes is a fault and sends nothing") {
    Sender1 s;
    auto good = soap_of("wsCpMt", sms_parts());
    auto changed = [&](const std::string& from, const std::string& to) {
        auto text = good;
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    for (const auto& bad :
         {std::string("{}"),
          std::string("<a/>"),
          good.substr(0, good.size() / 2),
          changed("http://impl.bulkSms.ws/", "http://impl.bulksms.ws/"),
          changed(
              "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
          ),
          changed("<impl:wsCpMt>", "<impl:wsCpMt xmlns=\"http://impl.bulkSms.ws/\">"),
          "<!DOCTYPE a [<!ENTITY x \"y\">]>" + good,
          changed("bulksms", "bulk\xff")}) {
        auto h = s.soap(bad);
        CHECK(h.answer.status == 500);
        CHECK(h.fault);
    }
    auto json = s.raw("POST", "/bulkapi", good, {{"Content-Type", "application/json"}});
    CHECK(json.status == 415);
    CHECK(s.phones.phones().empty());
}

TEST_CASE(
    "sms: elements out of order, missing or too many are a fault, unless the server is lenient"
) {
    Sender1 s;
    auto parts = sms_parts();
    auto swapped = parts;
    std::swap(swapped[4], swapped[8]);
    CHECK(s.soap(soap_of("wsCpMt", swapped)).fault);
    auto fewer = parts;
    fewer.pop_back();
    CHECK(s.soap(soap_of("wsCpMt", fewer)).fault);
    auto more = parts;
    more.emplace_back("Extra", "1");
    CHECK(s.soap(soap_of("wsCpMt", more)).fault);
    Options o;
    o.enforce_order = false;
    Sender1 lenient(o);
    CHECK(lenient.soap(soap_of("wsCpMt", swapped)).result == "1");
}

TEST_CASE("F-190 F-196 F-199 sms: each refusal has result 0 and a text of its class") {
    struct Bad {
        Parts changes;
        const char* says;
    };
    Options o;
    o.sms_templates = {"Ho so {ma} da co ket qua. Moi nhan tai {noi}."};
    for (const auto& bad :
         {Bad{{{"Password", "wrong"}}, "mat khau"},
          Bad{{{"CPCode", "X"}}, "CPCode"},
          Bad{{{"ServiceID", "OTHER"}}, "Brandname"},
          Bad{{{"CommandCode", "x"}}, "CommandCode"},
          Bad{{{"ReceiverID", "0100000001"}, {"UserID", "0100000001"}}, "So dien thoai"},
          Bad{{{"UserID", "84100000002"}}, "So dien thoai"},
          Bad{{{"ContentType", "8"}}, "ContentType"},
          Bad{{{"Content", "Hồ sơ"}}, "co dau"},
          Bad{{{"Content", ""}}, "trong"},
          Bad{{{"Content", std::string(800, 'a')}}, "dai"},
          Bad{{{"Content", "Chao ban"}}, "khong khop template"}}) {
        Sender1 s(o);
        auto h = s.sms(bad.changes);
        CAPTURE(bad.says);
        CHECK(h.answer.status == 200);
        CHECK(h.result == "0");
        CHECK(h.message.find(bad.says) != std::string::npos);
        CHECK(s.phones.received() + s.phones.on_the_way() == 0);
    }
    Sender1 s(o);
    CHECK(s.sms().result == "1");
    CHECK(
        s.sms({{"Content", "Ho so X da co ket qua. Moi nhan tai Quay 5."}, {"ContentType", "F"}}
        ).result == "1"
    );
}

TEST_CASE("sms: parts are counted by encoding, and each costs") {
    Sender1 s;
    auto before = s.phones.sms_balance();
    s.sms({{"Content", std::string(161, 'a')}});
    CHECK(s.phone().messages.back().parts == 2);
    CHECK(s.phones.sms_balance() == before - 700);
    std::string accented;
    for (int i = 0; i < 71; ++i) accented += "ố";
    s.sms({{"Content", accented}, {"ContentType", "1"}});
    CHECK(s.phone().messages.back().parts == 2);
    CHECK(s.phone().messages.back().accented);
    s.fault("sms.strict_encoding", {{"on", "false"}});
    s.sms({{"Content", "Hồ sơ"}});
    CHECK(s.phone().messages.back().text.find('?') != std::string::npos);
}

TEST_CASE("F-200 sms: checkBalance; a balance that falls ends in refusals") {
    Options o;
    o.sms_balance = 50'000;
    Sender1 s(o);
    Parts account{{"User", "mau-user"}, {"Password", "mau-password"}, {"CPCode", "MAU"}};
    auto h = s.soap(soap_of("checkBalance", account));
    CHECK(h.result == "1");
    CHECK(Sender1::between(h.answer.body, "<balance>", "<") == "50000");
    s.fault("sms.balance_falling", {{"times", "100"}});
    CHECK(s.sms().result == "1");
    auto no = s.sms({{"Content", "Tin thu hai"}});
    CHECK(no.result == "0");
    CHECK(no.message == "Not enough balance");
    account[1].second = "x";
    CHECK(s.soap(soap_of("checkBalance", account)).result == "0");
}

TEST_CASE("NT-10 sms: the same text is news again after ten minutes") {
    Sender1 s;
    s.sms();
    s.now += std::chrono::minutes(9);
    s.sms();
    CHECK(s.phones.doubled() == 1);
    s.now += std::chrono::minutes(10);
    s.sms();
    CHECK(s.phones.doubled() == 1);
    CHECK(s.phone().messages.back().same_before == 2);
}

TEST_CASE("NT-9 sms: the same text to the same person again is counted") {
    Sender1 s;
    s.fault("sms_viettel.cut_after_processing", {}, 1);
    CHECK(s.sms().answer.fate == kit::Fate::reset);
    CHECK(s.phones.doubled() == 0);
    s.sms();
    CHECK(s.phones.doubled() == 1);
    CHECK(s.phone().messages.back().same_before == 1);
    s.sms({{"UserID", "84100000002"}, {"ReceiverID", "84100000002"}});
    CHECK(s.phones.doubled() == 1);
    CHECK(s.phones.journal().held().front().fault == "cut_after_processing");
    CHECK(s.phones.journal().held()[1].effect == "same_text_again");
}

TEST_CASE("F-188 F-189 sms faults: each switch does what its name says, and only to SMS") {
    Sender1 s;
    s.fault("sms.queued_only", {}, 1);
    CHECK(s.sms().result == "1");
    CHECK(s.phones.lost() == 1);
    for (auto [name, says] :
         {std::pair("sms.fail", "Loi"),
          std::pair("sms.template_mismatch", "template"),
          std::pair("sms.no_balance", "balance"),
          std::pair("sms.blacklist", "blacklist"),
          std::pair("sms.account", "tai khoan")}) {
        s.fault(name, {}, 1);
        auto h = s.sms();
        CHECK(h.result == "0");
        CHECK(h.message.find(says) != std::string::npos);
    }
    s.fault("sms.soap_fault", {}, 1);
    CHECK(s.sms().answer.status == 500);
    s.fault("sms.soap_fault_text", {}, 1);
    auto text = s.sms().answer;
    CHECK(text.status == 200);
    CHECK(text.body.find("SOAP Fault") != std::string::npos);
    s.fault("sms.slow", {{"ms", "20000"}}, 1);
    CHECK(s.sms().answer.delay == std::chrono::seconds(20));
    s.fault("sms.rate_limit", {{"per_second", "1"}});
    s.sms({{"Content", "mot"}});
    CHECK(s.sms({{"Content", "hai"}}).message.find("thu lai sau") != std::string::npos);
    s.fault("sms.hang");
    CHECK(s.sms().answer.fate == kit::Fate::hang);
    CHECK(s.zns(Sender1::zns_body()).error == "0");
    s.fault("*.empty_200");
    CHECK(s.zns(Sender1::zns_body()).answer.body.empty());
}

TEST_CASE(
    "NT-6 sms: who refuses is refused by text; a number that does not exist too; replies go to the "
    "gateway"
) {
    Sender1 s;
    s.sms();
    auto id = s.phone().messages[0].id;
    CHECK(s.phones.press("84100000001", id, "reply", "TC", s.now));
    auto calls = s.phones.due(s.now);
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].path == "/in/sms_viettel/mo");
    CHECK(
        calls[0].body ==
        R"({"phone":"84100000001","content":"TC","received_at":"2026-01-05T16:00:00.000+07:00","mo_id":"mo-1"})"
    );
    CHECK(s.phones.press("84100000001", id, "refuse", "", s.now));
    CHECK(s.sms({{"Content", "nua"}}).message.find("blacklist") != std::string::npos);
    s.phones.phone("84100000003").exists = false;
    CHECK(
        s.sms({{"UserID", "84100000003"}, {"ReceiverID", "84100000003"}}).message ==
        "So thue bao khong ton tai"
    );
    CHECK_FALSE(s.phones.press("84100000001", 99, "read", "", s.now));
}

TEST_CASE("F-197 sms: somebody guesses passwords by SMS") {
    Sender1 s;
    s.fault("sms.guess", {{"times", "6"}}, 1);
    CHECK(s.phones.due(s.now).size() == 6);
    CHECK(s.phones.due(s.now).empty());
}

TEST_CASE("sms: the description of the service is served") {
    Sender1 s;
    auto a = s.raw("GET", "/bulkapi", "", {}, "wsdl");
    CHECK(a.status == 200);
    CHECK(a.body.find("targetNamespace=\"http://impl.bulkSms.ws/\"") != std::string::npos);
    pugi::xml_document doc;
    REQUIRE(doc.load_string(a.body.c_str()));
    auto sequence = doc.select_node("//xs:complexType[@name='wsCpMt']/xs:sequence").node();
    CHECK(std::distance(sequence.begin(), sequence.end()) == 10);
    CHECK(doc.select_nodes("//operation[@name='checkBalance']").size() == 2);
}

}  // namespace
}  // namespace sim::phone
