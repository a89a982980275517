"""Several groups and two factors: the answers that R's entries are compared with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from k2lab import stats
from k2lab.errors import K2Error
from k2lab.stats.result import Result
from tests.stats.reference.models import regression
from tests.stats.reference.reading import Load, back, interval, named, test_of, two


def oneway(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame = load(args)
    made = stats.anova(frame, y, args["group"], scale=scale)
    welch, classical = test_of(made, "Welch"), test_of(made, "classical")
    ranks = stats.kruskal(frame, y, args["group"])
    H, size = ranks.tests[0], classical.effect
    assert size is not None
    between, within = made.tables[0].rows
    if len(frame[args["group"]].cat.categories) > 2:  # the chooser calls the same code
        chosen = test_of(stats.compare(frame, y, args["group"], scale=scale), "Welch F")
        assert (chosen.statistic, chosen.p) == pytest.approx((welch.statistic, welch.p), rel=1e-12)
    return {
        "n": welch.n, "k": made.values["groups"], "ss_between": between[1], "ss_within": within[1],
        "df1": classical.df[0],
        "df2": classical.df[1], "F": classical.statistic, "p": classical.p, "welch_F": welch.statistic,
        "welch_df1": welch.df[0], "welch_df2": welch.df[1], "welch_p": welch.p, "kruskal_H": H.statistic,
        "kruskal_df": H.df[0], "kruskal_p": H.p, "eta2": size.value, "eta2_ci_low": size.low, "eta2_ci_high": size.high,
        "omega2": made.values["omega2"], "rank_epsilon2": ranks.values["rank_epsilon2"],
    }  # fmt: skip


def pairs_by(method: str, adjust: str = "holm") -> Callable[[dict[str, Any], Load], Result]:
    def made(args: dict[str, Any], load: Load) -> Result:
        y, scale = named(args)
        return stats.posthoc(load(args), y, args["group"], method, adjust=adjust, scale=scale)

    return made


def family_of(method: str) -> Callable[[dict[str, Any], Load], dict[str, Any]]:
    def answer(args: dict[str, Any], load: Load) -> dict[str, Any]:
        made = pairs_by(method)(args, load)
        return {
            f"{e.groups['b']}-{e.groups['a']}": {
                "difference": back(e, e.value), "p": e.p_adjusted, "q": t.statistic, "df": t.df[0], **interval(e)
            }
            for e, t in zip(made.estimates, made.tests, strict=True)
        }  # fmt: skip

    return answer


def dunn(args: dict[str, Any], load: Load) -> dict[str, Any]:
    made = {adjust: pairs_by("dunn", adjust)(args, load) for adjust in ("holm", "bh")}
    return {
        f"{e.groups['b']}-{e.groups['a']}": {
            "z": t.statistic,
            "p": t.p,
            "p_holm": t.p_adjusted,
            "p_bh": other.p_adjusted,
        }
        for e, t, other in zip(made["holm"].estimates, made["holm"].tests, made["bh"].tests, strict=True)
    }


def pairwise(args: dict[str, Any], load: Load) -> dict[str, Any]:
    got: dict[str, dict[str, float]] = {}
    for method, name in (("student", "pooled"), ("welch", "welch")):
        for adjust in ("none", "holm", "bh"):
            for e in pairs_by(method, adjust)(args, load).estimates:
                assert e.p_adjusted is not None
                got.setdefault(f"{e.groups['b']}-{e.groups['a']}", {})[f"p_{name}_{adjust}"] = e.p_adjusted
    return got


def twoway(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame, x = load(args), [args["group"], args["moderator"]]
    got: dict[str, Any] = {}
    for kind in (1, 2, 3):
        made = stats.anova(frame, y, x, type=kind, scale=scale)
        got |= {"n": made.values["n"], "r_squared": made.values["r2"], "sigma": made.values["sigma"]}
        terms = {}
        for row in made.tables[0].rows[:-1]:
            key = str(row[0]).replace(" x ", ":")
            t = next(t for t in made.tests if t.label == row[0] and t.method.startswith("classical"))
            assert t.effect is not None
            terms[key] = {
                "ss": row[1], "df": row[2], "F": t.statistic, "p": t.p, "partial_eta2": t.effect.value,
                "partial_omega2": row[7], "partial_eta2_ci_low": t.effect.low, "partial_eta2_ci_high": t.effect.high,
            }  # fmt: skip
        residual = made.tables[0].rows[-1]
        got[f"type{kind}"] = {"terms": terms, "residual": {"ss": residual[1], "df": residual[2]}}
        wald = [t for t in made.tests if t.method.startswith("Wald")]
        if not wald:
            assert any("HC3" in w for w in made.warnings)
        if kind == 2 and wald:
            t = wald[0]
            got["hc3_interaction"] = {"F": t.statistic, "df1": t.df[0], "df2": t.df[1], "p": t.p}
            two_way = stats.two_way(frame, y, *x, scale=scale)
            assert test_of(two_way, "Wald").statistic == pytest.approx(t.statistic, rel=1e-9)
        if kind == 3:
            got["hc3_type3"] = {t.label.replace(" x ", ":"): {"F": t.statistic, "df": t.df[0], "p": t.p} for t in wald}
    return got


def empty_cell(args: dict[str, Any], load: Load) -> dict[str, Any]:
    y, scale = named(args)
    frame, x = load(args), [args["group"], args["moderator"]]
    with pytest.raises(K2Error, match="Type III sums of squares do not exist here"):
        stats.anova(frame, y, x, type=3, scale=scale)
    made = stats.anova(frame, y, x, scale=scale)
    first, second, both, residual = made.tables[0].rows
    cells = frame.groupby(x, observed=False).size()
    return {
        "cells": len(cells), "cells_filled": len(cells) - int(made.values["empty_cells"]),
        "smallest_filled_cell": int(cells[cells > 0].min()), "aliased_coefficients": made.values["empty_cells"],
        "interaction_df": both[2], "interaction_ss": both[1], "interaction_F": both[4], "interaction_p": both[5],
        "A_type2_ss": first[1], "B_type2_ss": second[1], "residual_df": residual[2],
    }  # fmt: skip


def adjust(args: dict[str, Any], load: Load) -> dict[str, Any]:
    methods = ("bonferroni", "holm", "hochberg", "hommel", "bh", "by")
    return {m: stats.adjust(args["p"], m).to_frame()["p adjusted"].tolist() for m in methods}


def cells(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame, x, by = load(args), args["group"], args["moderator"]
    got: dict[str, Any] = {}
    for cov in ("classical", "HC3"):
        model = regression(args, frame, cov=cov)
        log = args["formula"].startswith("log(")

        def plain(value: float, log: bool = log) -> float:
            return math.log(value) if log else value

        cells = stats.marginal_means(model, x, by)
        simple = stats.contrasts(model, x, by)
        joint = {t.label.rsplit(" = ", 1)[-1]: t for t in simple.tests if " = " in t.label}
        got[cov] = {
            "cells": {
                f"{e.groups[x]}|{e.groups[by]}": {
                    "emmean": plain(e.value), "ci_low": plain(e.low), "ci_high": plain(e.high)
                }
                for e in cells.estimates
            },
            "simple_effects": {
                f"{e.label.split(', ')[0].replace(' - ', '-')}|{e.groups[by]}": {
                    "difference": back(e, e.value), "p": e.p, "p_holm_all": e.p_adjusted, **interval(e)
                }
                for e in simple.estimates
            },
            "joint_tests": {
                key: {"F": t.statistic, "df1": t.df[0], "df2": t.df[1], "p": t.p} for key, t in joint.items()
            },
        }  # fmt: skip
        for weights in ("equal", "proportional"):
            made = stats.marginal_means(model, x, weights=weights)
            from scipy.stats import t as student

            assert model.fit is not None
            q = float(student.ppf(0.975, model.fit.df))
            got[cov][f"marginal_{weights}_weights"] = {
                e.groups[x]: {"emmean": plain(e.value), "se": (plain(e.high) - plain(e.low)) / 2 / q}
                for e in made.estimates
            }
    return got


def effect(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame, x, by = load(args), args["group"], args["moderator"]
    if args["vcov"] == "cluster":
        model = regression(args, frame, cluster=args["cluster"])
    else:
        model = regression(args, frame, cov=args["vcov"])
    got = {}
    simple = stats.contrasts(model, x, by, method="reference")
    for e in simple.estimates:
        if e.groups[x] == args["level"]:
            got[e.groups[by]] = {"difference": back(e, e.value), "p": e.p}
            if e.unit == "%":
                got[e.groups[by]] |= {"percent": e.value, "percent_low": e.low, "percent_high": e.high}
            else:
                got[e.groups[by]] |= interval(e)
    assert model.fit is not None
    names, made = model.fit.design.names, model.values
    answer = {"n": made["n"], "r_squared": made["r2"], "by_level": got, "coefficients": len(names)}
    mine = [j for j, name in enumerate(names) if name.startswith(f"{x}={args['level']}:{by}=")]
    if mine:
        every, this = simple.tests[0], model.fit.wald(np.eye(len(names))[mine], "this level")
        assert "varies with" in every.label
        for key, t in (("interaction_this_level", this), ("interaction_all", every)):
            answer[key] = {"F": t.statistic, "df1": t.df[0], "df2": t.df[1], "p": t.p}
    return answer


def strata(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame = two(load, args)
    got = {}
    for key, part in frame.groupby(args["strata"], observed=True):
        if part[args["group"]].value_counts().reindex(args["levels"]).fillna(0).min() < 5:
            continue
        made = stats.t_test(part, args["y"], args["group"], reference=args["levels"][1], scale="log")
        e, sizes = made.estimates[0], {m.groups[args["group"]]: m.n for m in made.estimates[1:]}
        first, second = args["levels"]
        got["|".join(map(str, key))] = {
            "n_x": sizes[first],
            "n_y": sizes[second],
            "percent": e.value,
            "percent_low": e.low,
            "percent_high": e.high,
        }
    return got


def r_squared(args: dict[str, Any], load: Load) -> dict[str, Any]:
    frame, steps = load(args), []
    for formula in args["formulas"]:
        made = regression(args | {"formula": formula}, frame, cov="classical")
        v = made.values
        steps.append(
            {"r_squared": v["r2"], "adj_r_squared": v["adj_r2"], "sigma": v["sigma"], "bic": v["bic"],
             "coefficients": len(made.tables[0].rows)}
        )  # fmt: skip
    return {"n": made.values["n"], "steps": steps}
