// Draws a working day of dossiers.
#include "simulators/onestop/day.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

namespace sim::onestop {
namespace {
using Generator = std::mt19937_64;

double uniform(Generator& g, double low, double high) {
    return std::uniform_real_distribution<>(low, high)(g);
}
int whole(Generator& g, int low, int high) {
    return std::uniform_int_distribution<>(low, high)(g);
}
bool chance(Generator& g, double p) {
    return uniform(g, 0, 1) < p;
}

struct ProcedureKind {
    const char* code;
    const char* summary;
    int days;  // working days promised; 0 = on the day
    double weight;
    const char* fee_code;
    const char* fee_name;
    std::int64_t fee;
};
constexpr ProcedureKind procedures[] = {
    {"2.000635",
     "Cấp bản sao trích lục hộ tịch",
     0,
     0.5,
     "LP-TRICHLUC",
     "Lệ phí cấp bản sao trích lục",
     8'000},
    {"1.001193", "Đăng ký khai sinh", 0, 0.3, "", "", 0},
    {"1.002835",
     "Đăng ký biến động quyền sử dụng đất",
     5,
     0.2,
     "LP-DATDAI",
     "Lệ phí đăng ký đất đai",
     30'000},
};
const ProcedureKind& draw_procedure(Generator& g) {
    double x = uniform(g, 0, 1);
    for (const auto& p : procedures) {
        if (x < p.weight) return p;
        x -= p.weight;
    }
    return procedures[0];
}

Person draw_person(Generator& g) {
    static const char* family[] = {"NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG"};
    static const char* given[] = {"THỬ", "MẪU", "GIẢ", "VÍ DỤ", "KIỂM"};
    Person p;
    const bool female = chance(g, 0.5);
    p.sex = female ? "female" : "male";
    p.name =
        std::string(family[whole(g, 0, 4)]) + (female ? " THỊ " : " VĂN ") + given[whole(g, 0, 4)];
    p.birth_year = whole(g, 1950, 1999);
    char number[40];
    std::snprintf(
        number,
        sizeof number,
        "038%d%02d0000%02d",
        female ? 1 : 0,
        p.birth_year % 100,
        whole(g, 1, 99)
    );
    p.citizen_number = number;
    std::snprintf(number, sizeof number, "84100%06d", whole(g, 0, 999'999));
    p.phone = number;
    return p;
}

/// 10 kB to 5 MB, most of them small.
std::size_t draw_bytes(Generator& g) {
    const double bytes = std::exp(std::normal_distribution<>(std::log(60'000.0), 1.1)(g));
    return static_cast<std::size_t>(std::clamp(bytes, 10'000.0, 5'000'000.0));
}

double draw_arrival(Generator& g) {  // hour of the day
    const double hour = chance(g, 0.6) ? std::normal_distribution<>(9.3, 0.7)(g)
                                       : std::normal_distribution<>(14.6, 0.6)(g);
    return std::clamp(hour, 8.02, 15.9);
}

/// Draws the steps after the creation, all before `end`.
class Story {
public:
    Story(Generator& g, Life& life, core::Instant end)
        : g_(g), life_(life), now_(life.received_at), end_(end) {}

    void tell() {
        if (life_.first_status == "registered") return refuse();
        if (chance(g_, 0.03)) return withdraw();
        note("processing", "Chuyển xử lý");
        remarks();
        if (chance(g_, 0.15)) supplement();
        if (chance(g_, 0.10)) money();
        if (chance(g_, 0.10)) add(StepKind::patch_note, "", "Đã liên hệ người nộp qua điện thoại");
        if (chance(g_, 0.02)) return stop();
        if (chance(g_, 0.03)) return withdraw();
        if (chance(g_, 0.85))
            add(StepKind::add_result, "", "Bản điện tử").file_bytes = draw_bytes(g_);
        note("finished", "Đã ký kết quả");
        if (!chance(g_, 0.9)) return;
        note("returned", "Trả kết quả cho người nộp");
        if (chance(g_, 0.3)) add(StepKind::survey, "", "");
    }

private:
    core::Instant tick() {
        const auto left = std::max<std::int64_t>((end_ - now_).count(), 40'000);
        const auto seconds =
            static_cast<std::int64_t>(uniform(g_, 0.02, 0.16) * static_cast<double>(left)) / 1'000;
        now_ += std::chrono::seconds(std::max<std::int64_t>(seconds, 1));
        return now_;
    }
    Step& add(StepKind kind, std::string status, std::string text) {
        Step step;
        step.kind = kind;
        step.at = tick();
        step.status = std::move(status);
        step.text = std::move(text);
        life_.steps.push_back(std::move(step));
        return life_.steps.back();
    }
    void note(const char* status, const char* text) { add(StepKind::progress, status, text); }
    void remarks() {
        static const char* texts[] = {
            "Kiểm tra thành phần hồ sơ",
            "Thẩm định nội dung",
            "Trình lãnh đạo ký",
            "Lãnh đạo đã xem"};
        for (int n = whole(g_, 1, 4), i = 0; i < n; ++i) note("processing", texts[i]);
    }
    void supplement() {
        add(StepKind::request_supplement, "supplement_wanted", "Đề nghị bổ sung bản chụp rõ nét");
        auto& received = add(StepKind::receive_supplement, "processing", "Đã nhận bổ sung");
        received.file_bytes = draw_bytes(g_);
        note("processing", "Tiếp tục xử lý sau bổ sung");
    }
    void money() {
        note("financial_obligation", "Thông báo nghĩa vụ tài chính");
        note("processing", money_paid);
    }
    void refuse() { note("refused", "Hồ sơ không thuộc phạm vi tiếp nhận"); }
    void withdraw() { add(StepKind::withdraw, "withdrawn", "Công dân đề nghị rút hồ sơ"); }
    void stop() { note("stopped", "Dừng xử lý theo đề nghị của cơ quan phối hợp"); }

    Generator& g_;
    Life& life_;
    core::Instant now_, end_;
};

void make_promotion(Life& life, int number) {
    life.promotion = true;
    life.procedure = "2.000033";
    life.summary = "Chương trình mẫu";
    life.owner = Person();
    life.owner.name = "Công ty TNHH Mẫu " + std::to_string(number);
    life.owner.tax_code = "0000000001";
    life.owner.phone = "84100000002";
}

Life draw_life(Generator& g, const DayOptions& o, double hour, int number) {
    Life life;
    life.seed = g();
    const auto& p = draw_procedure(g);
    char code[80];
    const unsigned yy = static_cast<unsigned>(static_cast<int>(o.day.year()) % 100);
    std::snprintf(
        code,
        sizeof code,
        "%s-%02u%02u%02u-%04d",
        o.agency.c_str(),
        yy,
        unsigned(o.day.month()),
        unsigned(o.day.day()),
        number
    );
    life.code = code;
    life.procedure = p.code;
    life.summary = p.summary;
    life.owner = draw_person(g);
    life.from_portal = chance(g, o.portal_share);
    life.channel = life.from_portal || chance(g, 0.6) ? "online"
                   : chance(g, 0.9)                   ? "counter"
                                                      : "post";
    life.delivery = chance(g, 0.34) ? "post" : chance(g, 0.5) ? "electronic" : "counter";
    life.first_status = !life.from_portal && chance(g, 0.03) ? "registered" : "received";
    life.received_at = at(o.day, hour);
    life.submitted_at = life.received_at - std::chrono::seconds(whole(g, 60, 900));
    life.due_at = p.days == 0 ? at(o.day, 17.0) : at(o.day, 17.0) + std::chrono::days(7);
    const int papers = whole(g, 1, 3);
    for (int i = 0; i < papers; ++i) {
        PaperFile paper;
        paper.component = "TP-MAU-0" + std::to_string(i + 1);
        paper.name = i == 0 ? "Tờ khai" : i == 1 ? "Giấy tờ tùy thân" : "Giấy tờ kèm theo";
        paper.bytes = draw_bytes(g);
        paper.digitised = chance(g, 0.6);
        life.papers.push_back(std::move(paper));
    }
    if (life.from_portal && chance(g, o.promotion_share)) make_promotion(life, number);
    if (!life.promotion && p.fee > 0)
        life.fees.push_back({p.fee_code, p.fee_name, p.fee, whole(g, 1, 3)});
    Story(g, life, at(o.day, 16.95)).tell();
    return life;
}
}  // namespace

core::Instant at(core::Day day, double hour) {
    return core::at_local(day, std::chrono::seconds(static_cast<std::int64_t>(hour * 3'600)));
}

std::vector<Life> make_day(const DayOptions& options) {
    Generator g(options.seed);
    std::vector<double> hours;
    for (int i = 0; i < options.dossiers; ++i) hours.push_back(draw_arrival(g));
    std::sort(hours.begin(), hours.end());
    std::vector<Life> lives;
    // Who has the same number is the same person: a citizen may come twice on a day.
    std::map<std::string, Person> people;
    for (int i = 0; i < options.dossiers; ++i) {
        lives.push_back(draw_life(g, options, hours[static_cast<std::size_t>(i)], i + 1));
        Person& owner = lives.back().owner;
        if (owner.tax_code.empty())
            owner = people.emplace(owner.citizen_number, owner).first->second;
    }
    return lives;
}

std::string make_file(std::size_t bytes, std::uint64_t seed) {
    std::string content = "%PDF-1.4\n";
    content.reserve(bytes + 16);
    Generator g(seed);
    while (content.size() + 7 < bytes) {
        const std::uint64_t word = g();
        content.append(
            reinterpret_cast<const char*>(&word), std::min(sizeof word, bytes - 7 - content.size())
        );
    }
    content += "\n%%EOF\n";
    return content;
}

}  // namespace sim::onestop
