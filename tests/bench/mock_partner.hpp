// The partner of `./dev bench B1` to `B8`: what it answers, what it has, and how it fails.
#pragma once

#include "mock_reading.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <unordered_set>
#include <vector>

namespace bench {

using Clock = std::chrono::steady_clock;

inline double seconds_now() {
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

// What the bench may set while the mock runs: GET /set?delay_us=2000&once=100.
struct Settings {
    long delay_us = 0;
    long once = 0;          // of a thousand dossiers: the first send is answered 503
    long never = 0;         // of a thousand dossiers: every send is answered 503
    long ceiling = 0;       // packets a second above which it collapses for 5 s; 0 = none
    long refuse_below = 0;  // dossiers with a lower number are refused for good
    long down = 0;          // 1: nobody listens

    long* find(std::string_view name) {
        if (name == "delay_us") return &delay_us;
        if (name == "once") return &once;
        if (name == "never") return &never;
        if (name == "ceiling") return &ceiling;
        if (name == "refuse_below") return &refuse_below;
        return name == "down" ? &down : nullptr;
    }
};

struct Counts {
    long sends = 0, effects = 0, distinct = 0, duplicates = 0, unavailable = 0, collapses = 0;
    long refused = 0, enquiries = 0, others = 0, unreadable = 0;
    double first_effect = 0, last_effect = 0;

    std::string json(std::size_t forms) const {
        std::string out = "{\"forms\":" + std::to_string(forms);
        const auto add = [&out](const char* name, auto value) {
            out += std::string(",\"") + name + "\":" + std::to_string(value);
        };
        add("sends", sends);
        add("effects", effects);
        add("distinct", distinct);
        add("duplicates", duplicates);
        add("unavailable", unavailable);
        add("collapses", collapses);
        add("refused", refused);
        add("enquiries", enquiries);
        add("others", others);
        add("unreadable", unreadable);
        add("first_effect", first_effect);
        add("last_effect", last_effect);
        return out + "}";
    }
};

struct Seen {
    unsigned char sends = 0, effects = 0;
    bool refused = false;
    float first = 0;  // seconds after the start
};

inline constexpr const char* done =
    R"({"result":"","error_code":"0","message":"Đồng bộ hồ sơ thành công"})";
inline constexpr const char* wrong =
    R"({"result":"","error_code":"-1","message":"Mã không hợp lệ"})";
inline constexpr const char* nothing = R"({"result":[],"error_code":"0","message":"Thành công"})";

class Partner {
public:
    Settings settings;
    Counts counts;

    void reset() {
        counts = Counts();
        seen_.clear();
        forms_.clear();
        raw_.clear();
        lines_.clear();
        window_.clear();
        collapsed_until_ = 0;
    }
    // What a request is answered; `*effect`: the dossier it changes when the answer leaves, or -1.
    std::string answer(const std::string& body, long* effect, int* status) {
        *effect = -1;
        *status = 200;
        if (body.find("\"DongBoHoSoMC\"") == body.npos && body.find(line) == body.npos)
            return other(body);
        return packet(body, effect, status);
    }
    void carry_out(long number) {
        Seen& s = at(number);
        const double now = seconds_now();
        ++counts.effects;
        if (s.effects == 0) {
            ++counts.distinct;
            s.first = static_cast<float>(now - begin_);
        } else {
            ++counts.duplicates;
        }
        if (s.effects < 255) ++s.effects;
        if (counts.first_effect == 0) counts.first_effect = now;
        counts.last_effect = now;
    }
    std::string stats() const { return counts.json(forms_.size()); }
    // One canonical form a line.
    std::string forms() const {
        std::string out;
        for (const auto& form : forms_) out += form + "\n";
        return out;
    }
    // number, effects, when the first one was: one dossier a line.
    std::string effects() const {
        std::string out;
        for (std::size_t i = 0; i < seen_.size(); ++i)
            if (seen_[i].effects > 0)
                out += std::to_string(i) + " " + std::to_string(seen_[i].effects) + " " +
                       std::to_string(begin_ + seen_[i].first) + "\n";
        return out;
    }

private:
    Seen& at(long number) {
        const auto i = static_cast<std::size_t>(number);
        if (i >= seen_.size()) seen_.resize(std::max(i + 1, seen_.size() * 2));
        return seen_[i];
    }
    bool chosen(long number, long share) const {
        return static_cast<long>((static_cast<unsigned long>(number) * 2654435761UL >> 12) % 1000) <
               share;
    }
    bool collapsed() {
        if (settings.ceiling == 0) return false;
        const double now = seconds_now();
        if (now < collapsed_until_) return true;
        window_.push_back(now);
        while (window_.front() < now - 1) window_.pop_front();
        if (static_cast<long>(window_.size()) <= settings.ceiling) return false;
        collapsed_until_ = now + 5;
        ++counts.collapses;
        window_.clear();
        return true;
    }
    std::string packet(const std::string& body, long* effect, int* status) {
        const std::string_view code = code_in(body, "\"MaHoSo\"");
        const long number = number_of(code);
        ++counts.sends;
        if (number < 0) {
            ++counts.unreadable;
            return wrong;
        }
        Seen& s = at(number);
        if (s.sends < 255) ++s.sends;
        const bool fails = chosen(number, settings.never) ||
                           (s.sends == 1 && chosen(number, settings.once)) || collapsed();
        if (fails) {
            ++counts.unavailable;
            *status = 503;
            return "{}";
        }
        if (number < settings.refuse_below) {
            counts.refused += s.refused ? 0 : 1;
            s.refused = true;
            return wrong;
        }
        if (body.find(line) == body.npos)
            note_form(body, std::string(code));
        else
            lines_[number] = items_of(body);
        *effect = number;
        return done;
    }
    // Parses only what differs from all before by more than the number.
    void note_form(std::string body, const std::string& code) {
        const std::string blank = code.substr(0, code.size() - digits) + "0000000";
        for (auto at = body.find(code); at != body.npos; at = body.find(code, at + code.size()))
            body.replace(at, code.size(), blank);
        if (!raw_.insert(std::hash<std::string>()(body)).second) return;
        std::string form = canonical(body);
        if (form.empty())
            ++counts.unreadable;
        else
            forms_.insert(std::move(form));
    }
    std::string other(const std::string& body) {
        if (body.find("\"username\"") != body.npos)
            return R"({"session":"bench-session","error_code":"0","message":"Thành công"})";
        if (body.find("TraCuuHoSo") == body.npos) {
            ++counts.others;
            return nothing;
        }
        ++counts.enquiries;
        const std::string_view code = code_in(body, "\"mahoso\"");
        const long number = number_of(code);
        const bool known = number >= 0 && static_cast<std::size_t>(number) < seen_.size() &&
                           at(number).effects > 0;
        if (!known) return nothing;
        return R"({"result":[{"MaHoSo":")" + std::string(code) +
               R"(","TrangThaiHoSo":"2","DanhSachTienDo":[)" + lines_[number] +
               R"(]}],"error_code":"0","message":"Thành công"})";
    }

    const double begin_ = seconds_now();
    std::vector<Seen> seen_;
    std::unordered_set<std::string> forms_;
    std::unordered_set<std::size_t> raw_;
    std::map<long, std::string> lines_;
    std::deque<double> window_;
    double collapsed_until_ = 0;
};

}  // namespace bench
