// The persons that every test may count on, whatever the seed.
#include "simulators/population/people.hpp"

namespace sim::population {
namespace {

Address lang_son(const char* detail) {
    Address a;
    a.province = "20";
    a.commune = "00001";
    a.detail = detail;
    return a;
}

Person someone(const char* number, const char* old_number, Name name, Birth birth, int sex) {
    Person p;
    p.number = number;
    p.old_number = old_number;
    p.name = std::move(name);
    p.birth = birth;
    p.sex = sex;
    p.registered = p.origin = p.permanent = p.current = lang_son("Thôn Thử Nghiệm");
    return p;
}

Relative relative(const Person& p, const char* relation = "") {
    Relative r;
    r.number = p.number;
    r.old_number = p.old_number;
    r.nationality = p.nationality;
    r.name = p.name;
    r.relation = relation;
    return r;
}

void example(std::vector<Person>& out) {
    auto father = someone("020060000010", "000000010", {"TRẦN", "VĂN", "MẪU"}, Birth(1960), 1);
    father.note = "chỉ có năm sinh";
    father.head = relative(father, "CH01");
    auto she = someone("020190000001", "000000002", {"TRẦN", "THỊ", "MẪU"}, {1990, 1, 15}, 2);
    she.note = "người mẫu của tài liệu";
    she.ethnic = "02";
    she.marital = "2";
    she.father = relative(father);
    she.father->old_number.clear();
    she.head = relative(she, "CH01");
    she.head->old_number.clear();
    out.push_back(she);
    out.push_back(father);
    auto year = someone("038190000000", "", {"TRẦN", "THỊ", "MẪU"}, Birth(1990), 2);
    year.note = "chỉ có năm sinh, hồ sơ mẫu";
    year.permanent.province = year.current.province = "38";
    year.permanent.commune = year.current.commune = "00000";
    year.permanent.detail = year.current.detail = "Thôn Mẫu 1";
    out.push_back(year);
    auto officer = someone("020090000009", "", {"NGUYỄN", "VĂN", "THỬ"}, {1990, 9, 9}, 1);
    officer.note = "cán bộ";
    out.push_back(officer);
}

void household_of_six(std::vector<Person>& out) {
    std::vector<Person> home{
        someone("020065000011", "000000011", {"LÊ", "VĂN", "GIẢ"}, {1965, 3, 2}, 1),
        someone("020168000012", "000000012", {"PHẠM", "THỊ", "VÍ"}, {1968, 7, 20}, 2),
        someone("020091000013", "000000013", {"LÊ", "VĂN", "DỤ"}, {1991, 11, 5}, 1),
        someone("020300000014", "", {"LÊ", "THỊ", "THỬ NHẤT"}, {2000, 2, 29}, 2),
        someone("020300000015", "", {"LÊ", "THỊ", "THỬ NHÌ"}, {2000, 2, 29}, 2),
        someone("020210000016", "", {"LÊ", "VĂN", "NHỎ"}, {2010, 9, 1}, 1)};
    for (std::size_t i = 0; i < home.size(); ++i) {
        auto& p = home[i];
        p.household = "HK-MAU-06";
        p.note = i == 3 || i == 4 ? "song sinh, hộ sáu người" : "hộ sáu người";
        p.head = relative(home[0], i == 0 ? "CH01" : i == 1 ? "CH02" : "CH03");
        if (i < 2) {
            p.marital = "2";
            p.spouse = relative(home[1 - i]);
        } else {
            p.father = relative(home[0]);
            p.mother = relative(home[1]);
        }
    }
    home[5].representative = relative(home[0]);
    out.insert(out.end(), home.begin(), home.end());
}

void oddities(std::vector<Person>& out) {
    auto twice = someone("020080000017", "000000017", {"NGUYỄN", "VĂN", "TRÙNG"}, {1980, 5, 5}, 1);
    twice.note = "hai bản ghi";
    out.push_back(twice);
    twice.permanent.province = twice.current.province = "38";
    out.push_back(twice);
    auto dead = someone("020040000018", "000000018", {"ĐỖ", "VĂN", "CỐ"}, {1940, 12, 31}, 1);
    dead.note = "đã chết";
    dead.dead = true;
    out.push_back(dead);
    auto foreign = someone("301085000019", "", {"VONGMAU", "", "THU NGHIEM"}, {1985, 6, 30}, 1);
    foreign.note = "người nước ngoài";
    foreign.nationality = foreign.registered.country = "LA";
    foreign.registered.province = foreign.registered.commune = "";
    foreign.ethnic = "55";
    out.push_back(foreign);
    auto nine = someone("", "000000020", {"HOÀNG", "VĂN", "CŨ"}, Birth(1955), 1);
    nine.note = "chỉ có số 9 chữ số";
    out.push_back(nine);
    Name name("NGUYỄN", "THỊ", "TÊN RẤT");
    for (int i = 0; i < 24; ++i) name.given += " DÀI";
    auto lengthy = someone("020195000021", "", name, {1995, 4, 30}, 2);
    lengthy.note = "tên dài hơn 100 chữ";
    out.push_back(lengthy);
    auto moved = someone("024075000022", "000000022", {"BÙI", "VĂN", "SÁP NHẬP"}, {1975, 8, 8}, 1);
    moved.note = "mã tỉnh 24 cũ và mới";
    moved.permanent.province = "24";
    moved.permanent.district = "901";
    moved.permanent.old_codes = true;
    moved.registered = moved.origin = moved.permanent;
    moved.current.province = "24";
    out.push_back(moved);
}

}  // namespace

std::vector<Person> notable_people() {
    std::vector<Person> out;
    example(out);
    household_of_six(out);
    oddities(out);
    return out;
}

}  // namespace sim::population
