// Questions to the population database: form, proof of who asks, every way an answer deviates.
#include "connectors/population/codec.hpp"
#include "connectors/population/connector.hpp"
#include "connectors/population/session.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

namespace gw::population {
namespace {

using core::Document;

const mapping::Library& library() {
    static const mapping::Library loaded = [] {
        std::vector<mapping::Problem> problems;
        auto all = mapping::test::real_folder().load(problems);
        if (!all) throw std::runtime_error(mapping::test::all(problems));
        return std::move(*all);
    }();
    return loaded;
}
const mapping::Answers& answers() {
    static const mapping::Answers loaded = [] {
        std::vector<mapping::Problem> problems;
        const std::string file = "mappings/population/answers.toml";
        auto read = mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        if (!read) throw std::runtime_error(mapping::test::all(problems));
        return std::move(*read);
    }();
    return loaded;
}

Document asks(const char* kind = "lookup", const char* birth = "1990-01-15") {
    return *formats::read_json(
        std::string(R"({"kind":")") + kind +
        R"(","request_id":"LT01JNB0Z7Q8M4V5T6X7Y8Z9A0B1","procedure_code":"1.001193","officer":{"citizen_number":
"020090000009","account":"canbo.mau","phone":"84100000009","key":"k1"},"unit":"H37.14","subject":{"citizen_number":
"020190000001","full_name":"TRẦN THỊ MẪU","birth":")" +
        birth + R"("}})"
    );
}

std::string question(
    const Options& options, const Document& about, std::string_view kind = "lookup"
) {
    const auto body = encode_question(
        options, library(), *operation_for(kind), about, *core::parse_iso_day("2026-03-02")
    );
    REQUIRE_MESSAGE(body.has_value(), body.error().what);
    return *body;
}
std::size_t place(const std::string& text, const char* part) {
    const auto at = text.find(part);
    REQUIRE_MESSAGE(at != text.npos, part);
    return at;
}

std::string envelope(const std::string& inside) {
    return R"(<?xml version="1.0"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>)" +
           inside + "</soapenv:Body></soapenv:Envelope>";
}
const std::string person =
    "<CongDan><SoDinhDanh>020190000001</SoDinhDanh><HoVaTen><Ho/><ChuDem/><Ten>TRẦN THỊ "
    "MẪU</Ten></HoVaTen>"
    "<NgayThangNamSinh><NgayThangNam>19900115</NgayThangNam><Nam>1990</Nam></"
    "NgayThangNamSinh><GioiTinh>2</GioiTinh>"
    "<DanToc>02</DanToc></CongDan>";
std::string collection(const std::string& people) {
    return envelope(
        R"(<CongdanCollection xmlns="http://www.mic.gov.vn/dancu/1.0" SoCongDan="1" ThoiDiemDuLieu="2026-03-02T09:30:00">)" +
        people + "</CongdanCollection>"
    );
}
std::string outcome_of(const std::string& body) {
    return read_answer(answers(), body).outcome;
}

}  // namespace

TEST_CASE("population PD-1: elements stand in the agreed order, all ten of the newer profile") {
    const std::string xml = question(Options(), asks());
    const char* order[] = {
        "<dan:MaYeuCau>",
        "<dan:MaDVC>1.001193<",
        "<dan:MaTichHop>037<",
        "<dan:MaCanBo>",
        "<dan:MaDonVi>H37.14<",
        "<dan:TaiKhoan>",
        "<dan:SoDienThoai>0100000009<",
        "<dan:SoDinhDanh>",
        "<dan:HoVaTen>TRẦN THỊ MẪU<",
        "<dan:NgayThangNamSinh><dan:NgayThangNam>19900115<"};
    std::size_t last = 0;
    for (const char* part : order) {
        const auto at = place(xml, part);
        CHECK(at > last);
        last = at;
    }
    CHECK(xml.find(R"(xmlns:dan="http://dancuquocgia.bca")") != xml.npos);
}

TEST_CASE("population PD-1: the older profile leaves unit, account and phone out") {
    Options options;
    options.profile = "c06-2021";
    const std::string xml = question(options, asks());
    for (const char* part : {"MaDonVi", "TaiKhoan", "SoDienThoai"})
        CHECK(xml.find(part) == xml.npos);
}

TEST_CASE("population PD-2 PD-5 PD-7: kinds, year-only births and a constant service code") {
    CHECK(place(question(Options(), asks("confirm"), "confirm"), "<dan:MaTichHop>003<") > 0);
    CHECK(place(question(Options(), asks("household"), "household"), "<dan:MaTichHop>034<") > 0);
    Document pair = asks("number_pair");
    Document both = *pair.find("subject");
    both.set("old_id_number", Document::text("000000002"));
    pair.set("subject", both);
    const std::string xml = question(Options(), pair, "number_pair");
    CHECK(place(xml, "<dan:MaTichHop>033<") < place(xml, "<dan:SoDinhDanh>"));
    CHECK(place(xml, "<dan:SoDinhDanh>") < place(xml, "<dan:SoCMND>000000002<"));
    for (const char* birth : {"1990", "1990-04"}) {
        const std::string year = question(Options(), asks("lookup", birth));
        CHECK(
            place(year, "<dan:NgayThangNamSinh><dan:Nam>1990</dan:Nam></dan:NgayThangNamSinh>") > 0
        );
    }
    Options constant;
    constant.madvc_override = "VPCP";
    CHECK(place(question(constant, asks()), "<dan:MaDVC>VPCP<") > 0);
}

TEST_CASE("population PD-3: forms of names are an option") {
    Options options;
    options.name_form = NameForm::upper_ascii;
    CHECK(place(question(options, asks()), "<dan:HoVaTen>TRAN THI MAU<") > 0);
    options.name_form = NameForm::upper_ascii_nospace;
    CHECK(place(question(options, asks()), "<dan:HoVaTen>TRANTHIMAU<") > 0);
}

TEST_CASE("population: the time-stamped header is the published example's") {
    CHECK(
        basic_authorization(
            "http://c06.test/dancu", "lienthong", "1772418600000", "SYNTHETIC-SECRET"
        ) ==
        "Basic "
        "bGllbnRob25nOjE4YTMzODhlZGE2NWY2ODcwMmU3MzJjNjM3YTQwMTVjNThiNjg1NjExOGU3MTM0MjliMTEyNTllOT"
        "I2YmM1NmY="
    );
}

TEST_CASE("population: every way a live answer deviates is understood") {
    const auto found = read_answer(answers(), collection(person));
    REQUIRE(found.outcome == "found");
    CHECK(found.says.text_of("full_name") == "TRẦN THỊ MẪU");
    CHECK(found.says.text_of("birth") == "1990-01-15");
    CHECK(found.says.text_of("sex") == "female");
    CHECK(found.says.text_of("ethnic") == "02");
    CHECK(found.says.text_of("data_as_of") == "2026-03-02T09:30:00+07:00");
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string body = collection(person);
        body.replace(body.find(from), from.size(), to);
        return read_answer(answers(), body);
    };
    CHECK(
        changed(
            "<DanToc>02</DanToc>", "<DanToc><MaDanToc>02</MaDanToc><TenGoi>Tày</TenGoi></DanToc>"
        )
            .says.text_of("ethnic") == "02"
    );
    CHECK(changed("19900115", "1990-01-15").says.text_of("birth") == "1990-01-15");
    CHECK(changed("<NgayThangNam>19900115</NgayThangNam>", "").says.text_of("birth") == "1990");
    // F-84: the full date counts, the contradiction is marked.
    const auto years = changed("<Nam>1990</Nam>", "<Nam>1991</Nam>");
    CHECK(years.says.text_of("birth") == "1990-01-15");
    CHECK(years.says.text_of("birth_conflict") == "true");
    CHECK(found.says.find("birth_conflict") == nullptr);
    const std::string apart = "TRA\u0302\u0300N THI\u0323 MA\u0302\u0303U";  // F-91: NFD
    CHECK(changed("TRẦN THỊ MẪU", apart).says.text_of("full_name") == "TRẦN THỊ MẪU");
    CHECK(
        changed("2026-03-02T09:30:00", "2026-03-02T02:30:00Z").says.text_of("data_as_of") ==
        "2026-03-02T02:30:00Z"
    );
    CHECK(
        changed(
            "<Ho/><ChuDem/><Ten>TRẦN THỊ MẪU</Ten>",
            "<Ho>TRẦN</Ho><ChuDem>THỊ</ChuDem><Ten>MẪU</Ten>"
        )
            .says.text_of("full_name") == "TRẦN THỊ MẪU"
    );
    CHECK(changed(R"( xmlns="http://www.mic.gov.vn/dancu/1.0")", "").outcome == "found");
    Document wrapped = Document::object();
    wrapped.set("error_code", Document::text("0"));
    wrapped.set("message", Document::text(collection(person)));
    CHECK(outcome_of(formats::write_json(wrapped)) == "found");
    CHECK(
        outcome_of(
            envelope("<x:return xmlns:x=\"u\"><![CDATA[" + collection(person) + "]]></x:return>")
        ) == "found"
    );
    CHECK(outcome_of(R"({"data":true})") == "confirmed");
    CHECK(
        outcome_of(envelope("<KetQuaXacThuc><TonTai>false</TonTai></KetQuaXacThuc>")) ==
        "not_confirmed"
    );
}

TEST_CASE("population PD-9 PD-10: nobody, several, and not available are three different things") {
    CHECK(outcome_of(collection("")) == "not_found");
    CHECK(outcome_of(collection("<CongDan><HoVaTen><Ten/></HoVaTen></CongDan>")) == "not_found");
    const auto two = read_answer(answers(), collection(person + person));
    CHECK(two.outcome == "ambiguous");
    CHECK(two.says.find("full_name") == nullptr);
    CHECK(two.says.text_of("count") == "2");
    const char* ill[] = {
        "",
        "<html><body>502</body></html>",
        R"({"error_code":"-1","message":"loi"})",
        "<?xml version=\"1.0\"?><a/>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"};
    for (const char* body : ill) CHECK(outcome_of(body) == "unavailable");
    CHECK(
        outcome_of(envelope("<soapenv:Fault><faultcode>Server</faultcode><faultstring>timeout</"
                            "faultstring></soapenv:Fault>")) == "unavailable"
    );
    const auto denied = read_answer(
        answers(),
        envelope("<soapenv:Fault><faultcode>Client</faultcode><faultstring>Sai "
                 "AuthHash</faultstring></soapenv:Fault>")
    );
    CHECK(denied.outcome == "denied");
}

TEST_CASE("population PD-8: bombs, entities, depth and size are refused in bounded time") {
    std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\">";
    for (char c = 'b'; c < 'k'; ++c)
        bomb += std::string("<!ENTITY ") + c + " \"&" + static_cast<char>(c - 1) + ";&" +
                static_cast<char>(c - 1) + ";\">";
    bomb += "]><l>&j;</l>";
    std::string deep = "<?xml version=\"1.0\"?>";
    for (int i = 0; i < 5'000; ++i) deep += "<a>";
    const std::string large = collection("<CongDan>" + std::string(2 << 20, ' ') + "</CongDan>");
    for (const std::string& body : {bomb, deep, large}) CHECK(outcome_of(body) == "unavailable");
}

namespace {

/// Questions over a clock and answers of the test.
struct Desk {
    explicit Desk(int per_second, bool provincial = false)
        : questions(parts(), options(per_second, provincial)) {}
    connector_kit::Parts parts() {
        connector_kit::Parts parts;
        parts.http = &http;
        parts.clock = &clock;
        parts.library = library();
        parts.answers = answers();
        return parts;
    }
    static Options options(int per_second, bool provincial) {
        Options options;
        if (provincial) options.door = Door::provincial;
        options.token_url = "http://lgsp.test/token";
        options.url = "http://c06.test/dancu";
        options.per_second = per_second;
        return options;
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-03-02T09:30:00+07:00")};
    test::ScriptedHttp http;
    Questions questions;
};

/// The reply of a conversation that the simulated database was checked with.
std::string played(const std::string& script) {
    const auto text = mapping::test::file_text("simulators/population/scripts/" + script);
    const auto at = text.find("<< ");
    REQUIRE(at != text.npos);
    return text.substr(at + 3, text.find('\n', at) - at - 3);
}

}  // namespace

TEST_CASE("population: a household is of the person whose number was asked") {
    Desk desk(100);
    ports::Question q;
    q.kind = "identity_check";
    q.asks = asks("household");
    Document subject = *q.asks.find("subject");
    subject.set("citizen_number", Document::text("020168000012"));
    q.asks.set("subject", subject);
    desk.http.say(played("OP_household.conv"));
    const auto told = test::run(desk.io, desk.questions.ask(q));
    REQUIRE(told.outcome == "found");
    CHECK(told.says.text_of("citizen_number") == "020168000012");
    CHECK(told.says.text_of("household_size") == "6");
    desk.http.say(collection(person + person));
    q.asks = asks("household");
    CHECK(test::run(desk.io, desk.questions.ask(q)).outcome == "ambiguous");
    desk.http.say(played("OP_household.conv"));  // of other people
    CHECK(test::run(desk.io, desk.questions.ask(q)).outcome == "not_found");
}

TEST_CASE("population PD-12: whatever happens, the answer comes within twelve seconds") {
    for (const bool provincial : {false, true}) {
        Desk desk(100, provincial);
        const auto began = desk.clock.now();
        desk.http.otherwise = [&](const ports::HttpRequest& request) {
            const auto then = desk.clock.now() + std::min(core::Duration(9'000), request.total_max);
            desk.clock.at(then, [] {});
            while (desk.clock.advance(then)) {
            }
            if (!request.url.ends_with("/token")) return test::failed(false);
            return test::answered(200, R"({"access_token":"SYNTHETIC","expires_in":3600})");
        };
        ports::Question q;
        q.kind = "identity_check";
        q.asks = asks();
        CHECK(test::run(desk.io, desk.questions.ask(q)).outcome == "unavailable");
        CHECK(desk.http.asked.size() == 2);
        CHECK(desk.clock.now() - began <= std::chrono::seconds(12));
    }
}

TEST_CASE("population F-10: a token that a fault says has ended is fetched again, once") {
    Desk desk(100, true);
    const auto token = [&desk] {
        desk.http.say(R"({"access_token":"SYNTHETIC","expires_in":3600})");
    };
    const auto fault = envelope(
        "<soapenv:Fault><faultcode>Client</faultcode><faultstring>Token đã hết "
        "hạn</faultstring></soapenv:Fault>"
    );
    ports::Question q;
    q.kind = "identity_check";
    q.asks = asks();
    token();
    desk.http.say(fault);
    token();
    desk.http.say(collection(person));
    CHECK(test::run(desk.io, desk.questions.ask(q)).outcome == "found");
    CHECK(desk.http.asked.size() == 4);
    desk.http.say(R"({"Status":"401","Message":"Token đã hết hạn"})");
    token();
    desk.http.say(fault);
    CHECK(test::run(desk.io, desk.questions.ask(q)).outcome == "denied");
    CHECK(desk.http.asked.size() == 7);
}

TEST_CASE("population PD-14: the rate holds, and no unit takes all of it from another") {
    Desk desk(4);
    auto& [io, clock, http, questions] = desk;
    const auto ask = [&](const char* unit, int times) {
        int sent = 0;
        for (int i = 0; i < times; ++i) {
            ports::Question q;
            q.kind = "identity_check";
            q.asks = asks();
            q.asks.set("unit", core::Document::text(unit));
            const auto before = http.asked.size();
            http.answers.push_back(test::answered(200, collection(person)));
            (void)test::run(io, questions.ask(q));
            if (http.asked.size() == before) http.answers.pop_back();
            sent += static_cast<int>(http.asked.size() - before);
        }
        return sent;
    };
    const auto next_second = [&] {
        const auto then = clock.now() + std::chrono::seconds(1);
        clock.at(then, [] {});
        while (clock.advance(then)) {
        }
    };
    CHECK(ask("H56.14", 10) == 4);  // alone: everything
    next_second();
    CHECK(ask("H56.15", 1) == 1);
    CHECK(ask("H56.14", 10) == 2);  // two are present: half
    CHECK(ask("H56.15", 10) == 1);
    for (int i = 0; i < 11; ++i) next_second();
    CHECK(ask("H56.14", 10) == 4);
}

TEST_CASE("population PD-12 PD-13: one repeat before bytes left, then the breaker answers at once"
) {
    Desk desk(100);
    auto& [io, clock, http, questions] = desk;
    ports::Question q;
    q.kind = "identity_check";
    q.asks = asks();
    http.answers.push_back(test::failed(false));
    http.answers.push_back(test::answered(200, collection(person)));
    CHECK(test::run(io, questions.ask(q)).outcome == "found");
    CHECK(http.asked.size() == 2);
    for (int i = 0; i < 5; ++i) {
        http.answers.push_back(test::failed(true));
        CHECK(test::run(io, questions.ask(q)).outcome == "unavailable");
    }
    const auto before = http.asked.size();
    CHECK(before == 7);
    const auto closed = test::run(io, questions.ask(q));
    CHECK(closed.outcome == "unavailable");
    CHECK_FALSE(closed.says.text_of("unavailable_since").empty());
    CHECK(http.asked.size() == before);
}

}  // namespace gw::population
