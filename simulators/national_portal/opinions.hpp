// Surveys and questions: what the portal holds beside dossiers.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/national_portal/held.hpp"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sim::national_portal {

class Surveys {
public:
    /// Month, unit and procedure name a survey; equal content is a repeat, other content replaces
    /// it. Returns "create", "update" or "repeat".
    std::string_view put(const kit::Json& data);
    using Key = std::tuple<std::string, std::string, std::string>;
    const std::map<Key, Texts>& all() const { return held_; }
    int effects() const { return effects_; }
    void clear();

private:
    std::map<Key, Texts> held_;
    int effects_ = 0;
};

struct Question {
    Question() = default;
    std::string id, field_code, text, agency, agency_name, asker, address, mail, phone, procedure;
    std::string state = "1";  // TRANGTHAI; 0 = skip
    bool from_portal = true;  // asked on the portal; else published by the province
    Texts answer;             // as sent; empty = none yet
    int answers = 0;          // effects
};

class Questions {
public:
    Questions() { clear(); }
    /// Rows of LayDanhSachHoiDapGuiTuDVCQG (from_portal) or LayDanhSachHoiDapBoCoQuan.
    std::string list(bool from_portal) const;
    /// LayNoiDungTraLoiTheoCauHoi; "[]" when there is no such question or no answer.
    std::string answer_to(std::string_view id) const;
    bool has(std::string_view id) const { return held_.count(std::string(id)) > 0; }
    /// Returns "create", "update" or "repeat".
    std::string_view put(const kit::Json& data, bool from_portal);
    void ask(Question question);
    const std::map<std::string, Question>& all() const { return held_; }
    /// Back to the three invented questions.
    void clear();

private:
    std::map<std::string, Question> held_;
};

}  // namespace sim::national_portal
