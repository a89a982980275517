"""Words that hold a question together and name no column by themselves."""

from __future__ import annotations

FUNCTION_WORDS = frozenset(
    """a an the this that these those and or but not no nor of in on at to from by with without within for per as if than then
    is are was were be been being do does did done has have had having can could will would shall should may might must
    what which who whom whose where why how whether when there here it its i me my we our us you your they them their he she his her
    so such any all each every some most more less least many much few several other others another both between among across
    over under above below about into onto out up down off also too very just only same different differ differs difference
    differences vary varies varying compare compared comparing comparison affect affects affected affecting effect effects
    impact impacts influence influences influenced cause causes relationship relationships related relate relation correlation
    correlations correlated correlate association associations associated associate link linked connection depend depends dependent
    mean means average averages median mode standard deviation deviations std variance minimum maximum min max sum number count
    counts percentage percentages percent proportion proportions fraction highest lowest largest smallest biggest greatest
    higher lower larger smaller greater bigger frequent common distribution distributed outlier outliers trend trends
    missing null nulls duplicate duplicates quality data dataset table frame column columns row rows values variable variables feature
    features calculate compute find show tell give get plot draw make perform check determine identify report describe explain analyse analyze
    analysis please using use used based according respectively following given there's what's people person persons individuals records
    record entries observation observations case overall whose their change changes changed changing drive drives driving predict predicts
    predictor predictors important importance factor factors significant significantly statistically coefficient question answer
    test tests hold holds true still after before since during until while like likely usually typically
    pay-gap gap yes top bottom rank ranking list first last new old""".split()
)
