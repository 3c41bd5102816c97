export { type CampaignRow, campaignsInUse, listCampaigns } from './campaigns.ts';
export { createCampaign, getCampaign, publishCampaign, updateCampaign } from './commands/campaigns.ts';
export { coreCampaign, coreSegment, type Definition, definitionOf } from './definition.ts';
export { factsOf, methodFacts, otherOf } from './facts.ts';
export { funnelOf } from './funnel.ts';
export {
  presentAhead,
  presentCampaign,
  presentLeftOut,
  presentMyRun,
  presentRun,
} from './present.ts';
export {
  dueRuns,
  findRun,
  insertRun,
  insertStep,
  listRuns,
  nextDunningAt,
  type PastStep,
  pastSteps,
  type RunFilter,
  type RunRow,
  runOfInvoice,
  saveRun,
  unpaidRuns,
} from './runs.ts';
